extension StoredType {
  /// The type that a name in an attribute stands for, as frameworks write it.
  init?(said name: String) {
    switch name.lowercased().split(separator: ".").last.map(String.init) ?? "" {
    case "bfloat16", "bf16": self = .bfloat16
    case "float16", "half", "fp16": self = .float16
    case "float8_e4m3fn": self = .float8E4M3
    case "float8_e5m2": self = .float8E5M2
    default: return nil
    }
  }

  var byteSize: Int {
    switch self {
    case .bfloat16, .float16, .uint16, .int16: 2
    case .float8E4M3, .float8E5M2, .uint8, .int8: 1
    }
  }

  var isInteger: Bool {
    switch self {
    case .uint16, .int16, .uint8, .int8: true
    case .bfloat16, .float16, .float8E4M3, .float8E5M2: false
    }
  }

  private var kind: ElementType.Kind {
    switch self {
    case .bfloat16: .bfloat16
    case .float16: .float16
    case .float8E4M3: .float8E4M3
    case .float8E5M2: .float8E5M2
    case .uint16, .uint8: .integer(isSigned: false)
    case .int16, .int8: .integer(isSigned: true)
    }
  }

  private var name: String {
    switch self {
    case .bfloat16: "bfloat16"
    case .float16: "float16"
    case .float8E4M3: "float8 (e4m3fn)"
    case .float8E5M2: "float8 (e5m2)"
    case .uint16, .int16, .uint8, .int8: rawValue
    }
  }

  fileprivate func type(isBigEndian: Bool) -> ElementType {
    ElementType(
      kind: kind, size: byteSize, isBigEndian: isBigEndian,
      name: name + (isBigEndian && byteSize > 1 ? " big-endian" : ""))
  }
}

extension ElementType {
  /// Whether the file leaves open what these numbers are.
  var isUnsaid: Bool {
    kind == .opaque || kind == .integer(isSigned: false) && size == 2 && !isStated
  }

  /// The choices of `--dtype` for elements of this size.
  var choices: [StoredType] { StoredType.allCases.filter { $0.byteSize == size } }

  /// The same bytes as another type of their size; nil if these are no bytes to choose of.
  func read(as stored: StoredType) -> ElementType? {
    let isOpen =
      switch kind {
      case .opaque, .integer: true
      default: false
      }
    guard isOpen, size == stored.byteSize else { return nil }
    return stored.type(isBigEndian: isBigEndian)
  }
}
