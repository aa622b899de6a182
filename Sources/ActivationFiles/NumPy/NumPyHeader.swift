/// The dictionary in front of an array of NumPy:
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (512, 64), }`.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct NumPyHeader {
  /// The type as NumPy writes it; a list of names and types for a structured array.
  let descr: String
  let isFortranOrder: Bool
  let shape: [Int]
  /// Where the values begin, counted from the array's first byte.
  let dataStart: Int

  static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Headers are short; a longer one is damage.
  static let largestSize = 1 << 16

  /// Elements are no larger, in bytes or characters.
  private static let largestElement = 1 << 30

  /// Nil if the bytes do not begin with a whole header.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 12, bytes.starts(with: Self.signature) else { return nil }
    let start = bytes[6] == 1 ? 10 : 12
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count >= start + length else { return nil }
    guard let fields = PythonDictionary(bytes[start..<start + length]),
      case .truth(let order) = fields["fortran_order"], case .numbers(let shape) = fields["shape"]
    else { return nil }
    switch fields["descr"] {
    case .text(let text): descr = text
    case .other: descr = "structured"
    default: return nil
    }
    isFortranOrder = order
    self.shape = shape
    dataStart = start + length
  }

  /// Whether the elements are objects of Python, which are stored as a pickle.
  var holdsObjects: Bool { descr.drop { "<>|=".contains($0) }.first == "O" }

  var type: ElementType {
    let isBigEndian = descr.hasPrefix(">")
    let code = descr.drop { "<>|=".contains($0) }
    let size = Int(code.dropFirst()).flatMap { $0 <= Self.largestElement ? $0 : nil } ?? 0
    func make(_ kind: ElementType.Kind, _ name: String, _ size: Int) -> ElementType {
      ElementType(
        kind: kind, size: size, isBigEndian: isBigEndian,
        name: name + (isBigEndian && size > 1 ? " big-endian" : ""))
    }
    switch (code.first, size) {
    case ("f", 2): return make(.float16, "float16", 2)
    case ("f", 4): return make(.float32, "float32", 4)
    case ("f", 8): return make(.float64, "float64", 8)
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8):
      return make(.integer(isSigned: true), "int\(8 * size)", size)
    case ("u", 1), ("u", 2), ("u", 4), ("u", 8):
      return make(.integer(isSigned: false), "uint\(8 * size)", size)
    case ("b", 1): return make(.boolean, "bool", 1)
    case ("S", 1...): return ElementType(kind: .fixedString, size: size, name: "string")
    case ("U", 1...1 << 20):
      return ElementType(kind: .utf32, size: 4 * size, isBigEndian: isBigEndian, name: "string")
    case ("V", 1...): return ElementType(kind: .opaque, size: size, name: "void\(8 * size)")
    case ("O", _): return make(.unsupported, "object (pickled Python)", 8)
    default: return make(.unsupported, descr, max(1, size))
    }
  }
}
