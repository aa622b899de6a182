/// The type of a dataset's elements, as far as reading must tell types apart.
package struct ElementType: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case float16
    /// The upper half of a float32.
    case bfloat16
    case float32
    case float64
    /// Another floating-point format that float64 can hold.
    case otherFloat
    case integer(isSigned: Bool)
    case boolean
    case enumeration
    case fixedString
    case variableString
    case reference
    /// Readable by nobody here; the type's name says what it is.
    case unsupported
  }

  package var kind: Kind
  /// Bytes an element takes in the file.
  package var size: Int
  package var isBigEndian: Bool
  /// What a person calls it: `float16`, `int32 big-endian`, `compound`.
  package var name: String

  package init(kind: Kind, size: Int, isBigEndian: Bool = false, name: String) {
    self.kind = kind
    self.size = size
    self.isBigEndian = isBigEndian
    self.name = name
  }

  /// Whether elements are numbers that activations can be made of.
  package var isNumeric: Bool { isFloat || isInteger || kind == .boolean }

  package var isFloat: Bool {
    switch kind {
    case .float16, .bfloat16, .float32, .float64, .otherFloat: true
    default: false
    }
  }

  package var isInteger: Bool {
    if case .integer = kind { true } else { false }
  }

  package var isString: Bool { kind == .fixedString || kind == .variableString }

  /// Bytes of the narrowest of Float and Double that holds every value: what a matrix of them
  /// takes per value.
  package var memorySize: Int {
    switch kind {
    case .float16, .bfloat16, .float32, .boolean: 4
    case .integer: size <= 2 ? 4 : 8
    default: 8
    }
  }
}

extension ElementType {
  package static let float16 = ElementType(kind: .float16, size: 2, name: "float16")
  package static let float32 = ElementType(kind: .float32, size: 4, name: "float32")
  package static let float64 = ElementType(kind: .float64, size: 8, name: "float64")
  package static let int64 = ElementType(kind: .integer(isSigned: true), size: 8, name: "int64")
  package static let string = ElementType(kind: .variableString, size: 16, name: "string")
  /// The type of what could not be opened.
  package static let unknown = ElementType(kind: .unsupported, size: 0, name: "unknown")
}
