import CHDF5

/// An attribute of a dataset, which may be there or not and hold anything.
struct HDF5Attribute {
  /// A number, exactly where it is an integer (the bits of an unsigned one).
  struct Number {
    let double: Double
    let integer: Int64?
  }

  /// What is wrong with an attribute.
  struct Fault: Error {
    let name: String
    let problem: String

    /// The rest of a sentence about the dataset.
    var sentence: String {
      "has the attribute \(name), which \(problem), so that its values cannot be told. Correct or "
        + "delete the attribute"
    }
  }

  private static let limit = 1000

  private let name: String
  private let object: hid_t

  init(_ name: String, of object: hid_t) {
    self.name = name
    self.object = object
  }

  private var isThere: Bool { H5Aexists(object, name) > 0 }

  /// The text; nil without the attribute.
  func text() throws(Fault) -> String? {
    guard isThere else { return nil }
    guard let texts = HDF5Text.attribute(name, of: object, variable: true), texts.count == 1 else {
      throw Fault(name: name, problem: "is not one text")
    }
    return texts[0]
  }

  /// The only number; nil without the attribute.
  func number() throws(Fault) -> Number? {
    let numbers = try numbers()
    guard numbers.count <= 1 else { throw Fault(name: name, problem: "is not one number") }
    return numbers.first
  }

  /// All numbers; none without the attribute.
  func numbers() throws(Fault) -> [Number] {
    guard isThere else { return [] }
    guard
      let attribute = HDF5Handle(H5Aopen(object, name, chdf5_default()), closedBy: H5Aclose),
      let type = HDF5Handle(H5Aget_type(attribute.id), closedBy: H5Tclose),
      let space = HDF5Handle(H5Aget_space(attribute.id), closedBy: H5Sclose)
    else { throw Fault(name: name, problem: "cannot be read") }
    let count = Int(H5Sget_simple_extent_npoints(space.id))
    guard (1...Self.limit).contains(count) else {
      throw Fault(name: name, problem: "holds \(max(0, count)) values")
    }
    let form = H5Tget_class(type.id)
    guard form == H5T_INTEGER || form == H5T_FLOAT || form == H5T_ENUM else {
      throw Fault(name: name, problem: "holds no numbers")
    }
    if form == H5T_FLOAT {
      var values = [Double](repeating: 0, count: count)
      guard H5Aread(attribute.id, chdf5_native_double(), &values) >= 0 else {
        throw Fault(name: name, problem: "cannot be read")
      }
      return values.map { Number(double: $0, integer: nil) }
    }
    guard H5Tget_size(type.id) <= 8 else { throw Fault(name: name, problem: "cannot be read") }
    let isUnsigned = form == H5T_INTEGER && H5Tget_sign(type.id) == H5T_SGN_NONE
    var values = [Int64](repeating: 0, count: count)
    let native = isUnsigned ? chdf5_native_uint64() : chdf5_native_int64()
    guard H5Aread(attribute.id, native, &values) >= 0 else {
      throw Fault(name: name, problem: "cannot be read")
    }
    return values.map {
      Number(double: isUnsigned ? Double(UInt64(bitPattern: $0)) : Double($0), integer: $0)
    }
  }
}
