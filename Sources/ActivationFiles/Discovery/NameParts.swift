/// A name cut into lowercase words, numbers with their units, and what stands between them.
struct NameParts {
  struct Part: Equatable {
    /// In lowercase.
    let text: String
    /// Characters of the name.
    let length: Int
    /// The value with its unit, if this is a number.
    var number: Double?
    /// Whether a number says what it counts or in what: `10k`, `500 steps`.
    var hasUnit = false

    var isNumber: Bool { number != nil }
    var isSeparator: Bool { ["_", "-", " ", "=", "."].contains(text) }
  }

  /// What training counts.
  static let countWords: Set<String> = [
    "tokens", "token", "steps", "iters", "iterations", "samples", "images", "img", "imgs",
    "updates", "epochs",
  ]
  private static let units: [Character: Double] = [
    "k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12,
  ]

  private(set) var parts: [Part] = []

  /// The value of a name that is a number and its unit, and nothing else.
  var onlyNumber: Double? { parts.count == 1 ? parts[0].number : nil }

  init(_ name: String) {
    let runs = Self.runs(of: name)
    var index = 0
    while index < runs.count {
      guard runs[index].isNumber else {
        parts.append(Part(text: runs[index], length: runs[index].count))
        index += 1
        continue
      }
      let end = Self.endOfNumber(runs, index)
      let text = runs[index..<end.digits].joined()
      var value = Double(text) ?? 0
      if let factor = end.factor { value *= factor }
      let whole = runs[index..<end.all].joined()
      parts.append(
        Part(text: whole, length: whole.count, number: value, hasUnit: end.all > end.digits))
      index = end.all
    }
  }

  /// The runs behind a number's digits, and behind its unit.
  private static func endOfNumber(
    _ runs: [String], _ start: Int
  ) -> (digits: Int, all: Int, factor: Double?) {
    func run(_ index: Int) -> String { runs.indices.contains(index) ? runs[index] : "" }
    var digits = start + 1
    // One point makes a fraction; several are a version.
    if run(digits) == ".", run(digits + 1).isNumber, start == 0 || runs[start - 1] != ".",
      !(run(digits + 2) == "." && run(digits + 3).isNumber)
    {
      digits += 2
    }
    var all = digits
    var factor: Double?
    let unit = run(all)
    if let letter = unit.first, let size = units[letter],
      unit.count == 1 || countWords.contains(String(unit.dropFirst()))
    {
      factor = size
      all += 1
    }
    // "2.5b tokens", "500_steps"; but in "epoch_9_step_4500" the word is the next number's.
    for word in [all, all + 1] where countWords.contains(run(word)) {
      let isNext = run(word + 1).isNumber || run(word + 2).isNumber
      // `epoch_9_images` may be images, `10k_images` is a count of them.
      let isApart =
        word == all
        || (factor != nil || start == 0) && ["_", "-", " "].contains(run(all))
      if isApart, !isNext {
        all = word + 1
        break
      }
    }
    return (digits, all, factor)
  }

  private static func runs(of name: String) -> [String] {
    enum Kind { case letter, digit, other }
    var runs: [String] = []
    var last: Kind?
    for scalar in name.lowercased().unicodeScalars {
      let kind: Kind =
        switch scalar {
        case "a"..."z": .letter
        case "0"..."9": .digit
        default: .other
        }
      if kind != last || runs.isEmpty { runs.append("") }
      runs[runs.count - 1].unicodeScalars.append(scalar)
      last = kind
    }
    return runs
  }
}
