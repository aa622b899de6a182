import CHDF5

extension ElementType {
  /// The type with the given id, as far as reading must tell types apart.
  init(typeID type: hid_t) {
    let size = H5Tget_size(type)
    let isBigEndian = H5Tget_order(type) == H5T_ORDER_BE
    func make(_ kind: Kind, _ name: String) -> ElementType {
      // The order of bytes is worth a word only where there is more than one of them.
      let order = isBigEndian && size > 1 ? " big-endian" : ""
      return ElementType(kind: kind, size: size, isBigEndian: isBigEndian, name: name + order)
    }
    func unsupported(_ name: String) -> ElementType {
      ElementType(kind: .unsupported, size: size, name: name)
    }
    switch H5Tget_class(type) {
    case H5T_FLOAT:
      let precision = H5Tget_precision(type)
      if H5Tget_order(type) == H5T_ORDER_VAX {
        self = unsupported("VAX float")
      } else if size == 1 {
        self = ElementType(kind: .opaque, size: 1, name: "8-bit float")
      } else if let format = FloatFormat(type) {
        self = make(format.kind, format.name)
      } else {
        self = make(.otherFloat, "\(precision)-bit float")
      }
    case H5T_INTEGER:
      let isSigned = H5Tget_sign(type) != H5T_SGN_NONE
      let name = "\(isSigned ? "int" : "uint")\(H5Tget_precision(type))"
      let isWhole =
        H5Tget_precision(type) == 8 * size && H5Tget_offset(type) == 0
        && [H5T_ORDER_LE, H5T_ORDER_BE].contains(H5Tget_order(type))
      self =
        ![1, 2, 4, 8].contains(size)
        ? unsupported(name)
        : isWhole ? make(.integer(isSigned: isSigned), name) : make(.otherInteger, name)
    case H5T_ENUM:
      let members = HDF5Enumeration.memberNames(of: type, limit: 2).map { $0.uppercased() }
      var isWhole = false
      if let base = HDF5Handle(H5Tget_super(type), closedBy: H5Tclose) {
        isWhole = ElementType(typeID: base.id).isWholeInteger
      }
      self =
        !isWhole
        ? unsupported("enumeration of \(size) byte\(size == 1 ? "" : "s")")
        : size == 1 && members == ["FALSE", "TRUE"]
          ? make(.boolean, "bool") : make(.enumeration, "enum")
    case H5T_STRING:
      let isVariable = H5Tis_variable_str(type) > 0
      self = ElementType(
        kind: isVariable ? .variableString : .fixedString,
        size: isVariable ? Self.variableStringSize : size, name: "string")
    case H5T_REFERENCE: self = ElementType(kind: .reference, size: size, name: "reference")
    case H5T_OPAQUE:
      self = ElementType(
        kind: .opaque, size: size, name: "opaque (\(size) byte\(size == 1 ? "" : "s"))")
    case H5T_BITFIELD: self = unsupported("bit field")
    case H5T_COMPOUND:
      self = unsupported(Self.isComplex(type) ? "complex" : "compound")
    case H5T_VLEN: self = unsupported("variable-length sequence")
    case H5T_ARRAY: self = unsupported("array")
    case H5T_TIME: self = unsupported("time")
    default: self = unsupported("unknown to this HDF5 library")
    }
  }

  /// The bytes of a length, an address and an index in a heap.
  static let variableStringSize = 16

  /// Whether records of this type hold values of variable length, so that their size in the file
  /// is not that in memory.
  static func hasVariableLength(_ type: hid_t) -> Bool {
    if H5Tdetect_class(type, H5T_VLEN) > 0 { return true }
    return (0..<UInt32(max(0, min(H5Tget_nmembers(type), 4096)))).contains { index in
      guard let member = HDF5Handle(H5Tget_member_type(type, index), closedBy: H5Tclose) else {
        return false
      }
      return H5Tis_variable_str(member.id) > 0
        || H5Tget_class(member.id) == H5T_COMPOUND && hasVariableLength(member.id)
    }
  }

  private var isWholeInteger: Bool {
    switch kind {
    case .integer: true
    default: false
    }
  }

  static func isComplex(_ type: hid_t) -> Bool {
    H5Tget_nmembers(type) == 2 && H5Tget_member_index(type, "r") == 0
      && H5Tget_member_index(type, "i") == 1
  }

  /// The type of a member's elements, and its extents if it is an array.
  static func elements(of type: hid_t) -> (ElementType, [Int]) {
    guard H5Tget_class(type) == H5T_ARRAY,
      let base = HDF5Handle(H5Tget_super(type), closedBy: H5Tclose)
    else { return (ElementType(typeID: type), []) }
    var extents = Array(repeating: hsize_t(0), count: 32)
    let rank = max(0, min(Int(H5Tget_array_ndims(type)), 32))
    guard H5Tget_array_dims2(type, &extents) >= 0 else { return (.unknown, []) }
    return (ElementType(typeID: base.id), extents.prefix(rank).map { Int(clamping: $0) })
  }

  /// The floating-point formats that are read as they are, known by the fields of their bits.
  private struct FloatFormat {
    let kind: Kind
    let name: String

    init?(_ type: hid_t) {
      var sign = 0
      var exponent = 0
      var exponentSize = 0
      var mantissa = 0
      var mantissaSize = 0
      guard
        H5Tget_fields(type, &sign, &exponent, &exponentSize, &mantissa, &mantissaSize) >= 0,
        H5Tget_norm(type) == H5T_NORM_IMPLIED, H5Tget_offset(type) == 0, mantissa == 0
      else { return nil }
      let fields = [H5Tget_size(type), sign, exponent, exponentSize, mantissaSize]
      switch (fields, H5Tget_ebias(type)) {
      case ([2, 15, 10, 5, 10], 15): (kind, name) = (.float16, "float16")
      case ([2, 15, 7, 8, 7], 127): (kind, name) = (.bfloat16, "bfloat16")
      case ([4, 31, 23, 8, 23], 127): (kind, name) = (.float32, "float32")
      case ([8, 63, 52, 11, 52], 1023): (kind, name) = (.float64, "float64")
      default: return nil
      }
    }
  }
}

/// The members of an enumeration type.
enum HDF5Enumeration {
  /// At most `limit` names, in the order of definition.
  static func memberNames(of type: hid_t, limit: Int = 65_536) -> [String] {
    let count = max(0, min(Int(H5Tget_nmembers(type)), limit + 1))
    return (0..<count).compactMap { index in
      guard let name = H5Tget_member_name(type, UInt32(index)) else { return nil }
      defer { H5free_memory(name) }
      return String(cString: name)
    }
  }

  /// Names by value.
  static func members(of type: hid_t) -> [Int64: String] {
    guard let base = HDF5Handle(H5Tget_super(type), closedBy: H5Tclose) else { return [:] }
    var members: [Int64: String] = [:]
    for (index, name) in memberNames(of: type).enumerated() {
      // Wide enough for a value of up to 8 bytes before and after its conversion.
      var value: Int64 = 0
      guard H5Tget_size(type) <= 8, H5Tget_member_value(type, UInt32(index), &value) >= 0,
        H5Tconvert(base.id, chdf5_native_int64(), 1, &value, nil, chdf5_default()) >= 0
      else { continue }
      // As the values are read: with the sign of their size.
      let unused = 64 - 8 * Int(H5Tget_size(type))
      members[(value << unused) >> unused] = name
    }
    return members
  }
}
