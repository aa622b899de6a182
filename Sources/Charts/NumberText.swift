/// Numbers as text: fixed decimals, no locale, the same bytes everywhere.
package enum NumberText {
  package static let minus = "\u{2212}"

  /// `digits` · 10^`exponent`, written out exactly.
  package static func decimal(_ digits: Int, exponent: Int, minus: String = minus) -> String {
    guard digits != 0 else { return exponent < 0 ? "0." + zeros(-exponent) : "0" }
    let sign = digits < 0 ? minus : ""
    let text = String(digits.magnitude)
    guard exponent < 0 else { return sign + text + zeros(exponent) }
    let padded = zeros(1 - exponent - text.count) + text
    return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
  }

  /// The value rounded to so many decimals.
  package static func fixed(_ value: Double, decimals: Int, minus: String = minus) -> String {
    decimal(integer(value * powerOfTen(decimals)), exponent: -decimals, minus: minus)
  }

  /// As `fixed`, without trailing zeros and with an ASCII minus: a number for a machine.
  package static func trimmed(_ value: Double, decimals: Int) -> String {
    var text = Substring(fixed(value, decimals: decimals, minus: "-"))
    guard decimals > 0 else { return String(text) }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return String(text)
  }

  /// The value to so many significant digits, as one would say it: 0.0123, 12.3, 1.23×10⁻⁷.
  package static func significant(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    if (-4...5).contains(exponent) {
      return fixed(value, decimals: max(0, digits - 1 - exponent))
    }
    return fixed(value / powerOfTen(exponent), decimals: digits - 1) + "×10" + superscript(exponent)
  }

  static func superscript(_ exponent: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return String(String(exponent).map { $0 == "-" ? "⁻" : digits[$0.wholeNumberValue ?? 0] })
  }

  /// The nearest integer; 0 for NaN, and the largest exact ones for what lies beyond.
  private static func integer(_ value: Double) -> Int {
    guard !value.isNaN else { return 0 }
    return Int(min(max(value, -0x1p53), 0x1p53).rounded())
  }

  private static func zeros(_ count: Int) -> String { String(repeating: "0", count: max(0, count)) }
}
