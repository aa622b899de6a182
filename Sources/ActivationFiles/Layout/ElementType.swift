/// The type of a dataset's elements, as far as reading must tell types apart.
package struct ElementType: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case float16
    /// The upper half of a float32.
    case bfloat16
    case float32
    case float64
    /// Eight bits with five of exponent: the upper half of a float16.
    case float8E5M2
    /// Eight bits with four of exponent, without infinities.
    case float8E4M3
    /// Another floating-point format that float64 can hold.
    case otherFloat
    case integer(isSigned: Bool)
    /// An integer with fewer bits than its bytes have, or in an unusual order of bytes.
    case otherInteger
    /// Bytes that no type is said of.
    case opaque
    case boolean
    case enumeration
    case fixedString
    case variableString
    /// Characters as numbers of two bytes, as MATLAB stores text.
    case utf16
    /// Text of fixed length, four bytes a character, as NumPy stores it.
    case utf32
    case reference
    /// A text or number elsewhere in the file, as MATLAB's cell arrays have them.
    case cell
    /// Readable by nobody here; the type's name says what it is.
    case unsupported
  }

  package var kind: Kind
  /// Bytes an element takes in the file.
  package var size: Int
  package var isBigEndian: Bool
  /// What a person calls it: `float16`, `int32 big-endian`, `compound`.
  package var name: String
  /// Whether the format leaves no doubt of what integers of 16 bits are.
  package var isStated = false

  package init(
    kind: Kind, size: Int, isBigEndian: Bool = false, name: String, isStated: Bool = false
  ) {
    self.isStated = isStated
    self.kind = kind
    self.size = size
    self.isBigEndian = isBigEndian
    self.name = name
  }

  /// Whether elements are numbers that activations can be made of.
  package var isNumeric: Bool { isFloat || isInteger || kind == .boolean }

  package var isFloat: Bool {
    switch kind {
    case .float16, .bfloat16, .float32, .float64, .float8E5M2, .float8E4M3, .otherFloat: true
    default: false
    }
  }

  package var isInteger: Bool {
    switch kind {
    case .integer, .otherInteger: true
    default: false
    }
  }

  package var isSignedInteger: Bool { kind != .integer(isSigned: false) }

  /// Whether only the library knows how to make numbers of it.
  var needsLibrary: Bool { kind == .otherFloat || kind == .otherInteger }

  /// Whether the bytes of an element stand in another order than this machine's.
  var isSwapped: Bool {
    size > 1 && isBigEndian == (UInt16(1).littleEndian == 1)
  }

  package var isString: Bool {
    switch kind {
    case .fixedString, .variableString, .utf16, .utf32, .cell: true
    default: false
    }
  }

  /// Whether elements are single characters, rows of which are texts.
  var isCharacters: Bool { kind == .utf16 || kind == .fixedString && size == 1 }

  /// Bytes of the narrowest of Float and Double that holds every value: what a matrix of them
  /// takes per value.
  package var memorySize: Int {
    switch kind {
    case .float16, .bfloat16, .float32, .float8E5M2, .float8E4M3, .boolean: 4
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
