/// Numbers for people.
enum NumberStyle {
  /// Three significant digits, in plain notation where that stays short.
  static func loss(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let size = abs(value)
    var exponent = 0
    var scaled = size
    while scaled >= 10, exponent < 330 {
      scaled /= 10
      exponent += 1
    }
    while scaled < 1, exponent > -330 {
      scaled *= 10
      exponent -= 1
    }
    var digits = Int((scaled * 100).rounded())
    if digits == 1000 {
      digits = 100
      exponent += 1
    }
    let text = String(digits)
    let sign = value < 0 ? "−" : ""
    switch exponent {
    case 2: return sign + text
    case 0...1:
      let split = text.index(text.startIndex, offsetBy: exponent + 1)
      return sign + text[..<split] + "." + text[split...]
    case -4..<0:
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + text
    case 3...5: return sign + text + String(repeating: "0", count: exponent - 2)
    default:
      let split = text.index(after: text.startIndex)
      return sign + text[..<split] + "." + text[split...] + "e\(exponent)"
    }
  }

  /// The value rounded to so many decimals.
  static func fixed(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let digits = Int((value * scale).rounded())
    guard decimals > 0 else { return String(digits) }
    let fraction = String(digits % Int(scale))
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(digits / Int(scale)).\(zeros)\(fraction)"
  }

  /// `97.2 %`.
  static func percent(_ share: Double) -> String { fixed(share * 100, decimals: 1) + " %" }

  /// With its sign, also where it is positive.
  static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + loss(value) }

  /// `0.981 [0.970, 0.988]`.
  static func estimate(_ value: Double, _ interval: ClosedRange<Double>) -> String {
    "\(fixed(value, decimals: 3)) [\(fixed(interval.lowerBound, decimals: 3)), "
      + "\(fixed(interval.upperBound, decimals: 3))]"
  }

  /// `1 sample`, `2 samples`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
