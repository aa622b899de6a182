/// A dictionary as Python writes it, as far as headers of NumPy have it: texts as keys; texts, truth
/// values and tuples of whole numbers as values, and others that are passed over.
///
/// Read from left to right, each byte once, whatever the bytes are.
struct PythonDictionary {
  enum Value: Equatable {
    case text(String)
    case truth(Bool)
    case numbers([Int])
    /// A list or tuple of something else.
    case other
  }

  private var values: [String: Value] = [:]

  /// Nil if the bytes are something else, or more.
  init?(_ bytes: ArraySlice<UInt8>) {
    var text = Scanner(rest: bytes)
    guard text.take("{") else { return nil }
    while !text.take("}") {
      guard let key = text.quoted(), text.take(":"), let value = text.value(),
        values.updateValue(value, forKey: key) == nil
      else { return nil }
      guard text.take(",") || text.isAt("}") else { return nil }
    }
    guard text.isAtEnd else { return nil }
  }

  subscript(_ key: String) -> Value? { values[key] }
}

private struct Scanner {
  var rest: ArraySlice<UInt8>

  private mutating func skipSpace() {
    while let byte = rest.first, byte == 0x20 || (0x09...0x0D).contains(byte) { rest.removeFirst() }
  }

  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return rest.isEmpty
    }
  }

  mutating func isAt(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    return rest.first == UInt8(ascii: mark)
  }

  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard isAt(mark) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func take(word: String) -> Bool {
    skipSpace()
    guard rest.starts(with: word.utf8) else { return false }
    rest.removeFirst(word.utf8.count)
    return true
  }

  /// A text in quotes, without what a backslash would stand for.
  mutating func quoted() -> String? {
    skipSpace()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      return nil
    }
    rest.removeFirst()
    var text: [UInt8] = []
    while let byte = rest.popFirst(), byte != quote {
      text.append(byte)
      if byte == UInt8(ascii: "\\"), let next = rest.popFirst() { text.append(next) }
      if rest.isEmpty { return nil }
    }
    return String(decoding: text, as: UTF8.self)
  }

  mutating func value() -> PythonDictionary.Value? {
    if take(word: "True") { return .truth(true) }
    if take(word: "False") { return .truth(false) }
    if isAt("'") || isAt("\"") { return quoted().map { .text($0) } }
    guard isAt("(") || isAt("[") else { return nil }
    let start = self
    if take("("), let numbers = numbers(upTo: ")") { return .numbers(numbers) }
    self = start
    return passBrackets() ? .other : nil
  }

  private mutating func numbers(upTo end: Unicode.Scalar) -> [Int]? {
    var numbers: [Int] = []
    while !take(end) {
      var digits = 0
      var number = 0
      skipSpace()
      while let byte = rest.first, (0x30...0x39).contains(byte) {
        let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
        let (sum, isLarger) = tens.addingReportingOverflow(Int(byte) - 0x30)
        guard !isTooLarge, !isLarger else { return nil }
        number = sum
        digits += 1
        rest.removeFirst()
      }
      guard digits > 0 else { return nil }
      // Python 2 wrote long numbers so.
      _ = take("L")
      numbers.append(number)
      guard take(",") || isAt(end) else { return nil }
    }
    return numbers
  }

  /// Whether the brackets that begin here end somewhere; behind them then.
  private mutating func passBrackets() -> Bool {
    var depth = 0
    repeat {
      if isAt("'") || isAt("\"") {
        guard quoted() != nil else { return false }
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case nil: return false
      default: break
      }
    } while depth > 0
    return true
  }
}
