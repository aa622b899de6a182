import CHDF5

/// What the attributes of a dataset say that its stored numbers mean.
///
/// Those of netCDF and of the CF conventions, `rhdf5-NA.OK` of R, `scale` and `zero_point` of
/// quantized tensors, and the value that the file has where nothing was written.
struct HDF5Meaning {
  /// The type, as `_Unsigned` has it.
  private(set) var type: ElementType
  private(set) var meaning = ValueMeaning()
  private let dataset: hid_t

  init(of dataset: borrowing HDF5Dataset, type: ElementType, isNetCDF: Bool) {
    self.type = type
    self.dataset = dataset.id
    if chdf5_attribute_count(dataset.id) != 0 { takeAttributes(typeID: dataset.typeID) }
    if type.isNumeric { addFillValue(of: dataset, isNetCDF: isNetCDF) }
  }

  private mutating func takeAttributes(typeID: hid_t) {
    if type.isString { addMissingText() }
    guard type.isNumeric || type.kind == .enumeration else { return }
    do throws(HDF5Attribute.Fault) {
      let stored = type
      try takeSign()
      let conversion = Conversion(from: stored, to: self.type, typeID: typeID)
      try addCodes(conversion)
      try addBounds(conversion)
      try addScale()
    } catch {
      meaning.fault = error.sentence
    }
    if H5Aexists(dataset, "rhdf5-NA.OK") > 0, type.isSignedInteger, type.isInteger {
      addLeast(type.size)
    }
  }

  /// What holds for all columns of a table.
  static func ofRecords(
    _ dataset: borrowing HDF5Dataset, missingText: String?
  ) -> ValueMeaning? {
    var meaning = ValueMeaning()
    meaning.texts = [missingText].compactMap(\.self)
    let names = ["scale_factor", "add_offset", "_FillValue", "missing_value", "valid_range"]
    let hasAttributes = chdf5_attribute_count(dataset.id) != 0
    if hasAttributes, let name = names.first(where: { H5Aexists(dataset.id, $0) > 0 }) {
      meaning.fault =
        "is a column of a table with the attribute \(name), which says nothing of a single column. "
        + "Store the columns as datasets of their own"
    }
    return meaning.isEmpty ? nil : meaning
  }

  // MARK: Parts

  /// `_Unsigned` says that integers of a format without unsigned ones are such, or the reverse.
  private mutating func takeSign() throws(HDF5Attribute.Fault) {
    guard let text = try HDF5Attribute("_Unsigned", of: dataset).text() else { return }
    guard ["true", "false"].contains(text.lowercased()) else {
      throw HDF5Attribute.Fault(name: "_Unsigned", problem: "is neither true nor false")
    }
    guard case .integer = type.kind else { return }
    let isSigned = text.lowercased() == "false"
    type.kind = .integer(isSigned: isSigned)
    let order = type.isBigEndian && type.size > 1 ? " big-endian" : ""
    type.name = "\(isSigned ? "int" : "uint")\(8 * type.size)" + order
  }

  private mutating func addCodes(_ conversion: Conversion) throws(HDF5Attribute.Fault) {
    for name in ["_FillValue", "missing_value"] {
      let numbers = try HDF5Attribute(name, of: dataset).numbers()
      guard name == "missing_value" || numbers.count <= 1 else {
        throw HDF5Attribute.Fault(name: name, problem: "is not one number")
      }
      for number in numbers {
        guard let stored = conversion.stored(number) else { continue }
        meaning.codes.append(
          .init(number: stored.double, integer: stored.integer, reason: "its \(name)"))
      }
    }
  }

  private mutating func addBounds(_ conversion: Conversion) throws(HDF5Attribute.Fault) {
    let range = try HDF5Attribute("valid_range", of: dataset).numbers()
    guard range.isEmpty || range.count == 2 else {
      throw HDF5Attribute.Fault(name: "valid_range", problem: "is not two numbers")
    }
    let least = try HDF5Attribute("valid_min", of: dataset).number()
    let largest = try HDF5Attribute("valid_max", of: dataset).number()
    guard let first = range.first ?? least ?? largest else { return }
    var bounds = ValueMeaning.Bounds()
    bounds.lower = (range.first ?? least).map(conversion.bound)
    bounds.upper = (range.last ?? largest).map(conversion.bound)
    // Bounds that are no integers, of integers that are, are those of the values (netCDF users'
    // guide, appendix A).
    bounds.isOfValues = !type.isFloat && first.integer == nil
    meaning.bounds = bounds
  }

  private mutating func addScale() throws(HDF5Attribute.Fault) {
    meaning.scale = try HDF5Attribute("scale_factor", of: dataset).number()?.double
    meaning.offset = try HDF5Attribute("add_offset", of: dataset).number()?.double
    for (name, value) in [("scale_factor", meaning.scale), ("add_offset", meaning.offset)] {
      guard let value else { continue }
      guard value.isFinite, name != "scale_factor" || value != 0 else {
        throw HDF5Attribute.Fault(name: name, problem: "is \(value)")
      }
    }
    // Quantized tensors: value = (stored − zero_point) × scale.
    guard !meaning.isScaled, type.isInteger, H5Aexists(dataset, "zero_point") > 0,
      H5Aexists(dataset, "scale") > 0,
      let zero = try HDF5Attribute("zero_point", of: dataset).number()?.double,
      let scale = try HDF5Attribute("scale", of: dataset).number()?.double
    else { return }
    guard scale.isFinite, scale != 0 else {
      throw HDF5Attribute.Fault(name: "scale", problem: "is \(scale)")
    }
    meaning.scale = scale
    meaning.offset = -scale * zero
  }

  /// The value that a writer chose for what was never written, if it is none that data has.
  private mutating func addFillValue(of dataset: borrowing HDF5Dataset, isNetCDF: Bool) {
    var status = H5D_FILL_VALUE_ERROR
    guard type.kind != .boolean, type.size <= 8,
      H5Pfill_value_defined(dataset.creationID, &status) >= 0,
      status == H5D_FILL_VALUE_USER_DEFINED
    else { return }
    // Bytes are data as a rule, and netCDF has no fill value for them. Elsewhere it is said of labels
    // alone: features may have the value.
    let rank = dataset.shape?.count { $0 != 1 } ?? 0
    guard isNetCDF ? type.size > 1 : rank <= 1 else { return }
    if type.isInteger, !type.needsLibrary {
      let value = dataset.fillValue.withUnsafeBytes {
        ElementDecoder(type: type).integers($0, count: 1)[0]
      }
      guard value != 0, !meaning.codes.contains(where: { $0.integer == value }) else { return }
      let number = type.isSignedInteger ? Double(value) : Double(UInt64(bitPattern: value))
      meaning.codes.append(.init(number: number, integer: value, reason: Self.unwritten))
    } else {
      var value = 0.0
      guard H5Pget_fill_value(dataset.creationID, chdf5_native_double(), &value) >= 0, value != 0,
        value.isFinite, !meaning.codes.contains(where: { $0.number == value })
      else { return }
      meaning.codes.append(.init(number: value, integer: nil, reason: Self.unwritten))
    }
  }

  private static let unwritten = "what the file has where nothing was written"

  private mutating func addLeast(_ size: Int) {
    let least = size == 4 ? Int64(Int32.min) : size == 8 ? Int64.min : nil
    guard let least else { return }
    meaning.codes.append(.init(number: Double(least), integer: least, reason: "R's NA"))
  }

  private mutating func addMissingText() {
    for name in ["_FillValue", "missing_value"] {
      meaning.texts += (HDF5Text.attribute(name, of: dataset, variable: true) ?? [])
        .filter { !$0.isEmpty }
    }
    // R has no text that is none: rhdf5 writes NA as these two letters.
    if H5Aexists(dataset, "rhdf5-NA.OK") > 0 { meaning.texts.append("NA") }
  }
}

/// Brings numbers of attributes to what the dataset stores.
private struct Conversion {
  private let stored: ElementType
  private let read: ElementType
  private let typeID: hid_t

  init(from stored: ElementType, to read: ElementType, typeID: hid_t) {
    self.stored = stored
    self.read = read
    self.typeID = typeID
  }

  /// The number as it is stored and then read; nil for one that no element can be.
  func stored(_ number: HDF5Attribute.Number) -> HDF5Attribute.Number? {
    if read.isFloat {
      let rounded = rounded(number.double)
      return rounded.isNaN ? nil : HDF5Attribute.Number(double: rounded, integer: nil)
    }
    // Integers that are stored as floats, or in attributes of another sign.
    guard var integer = number.integer ?? Int64(exactly: number.double) else { return nil }
    if read != stored, read.size < 8 {
      let unused = 64 - 8 * read.size
      integer =
        read.isSignedInteger
        ? (integer << unused) >> unused : Int64(UInt64(bitPattern: integer << unused) >> unused)
    }
    let isUnsigned = read.kind == .integer(isSigned: false)
    let double = isUnsigned ? Double(UInt64(bitPattern: integer)) : Double(integer)
    return HDF5Attribute.Number(double: double, integer: integer)
  }

  func bound(_ number: HDF5Attribute.Number) -> Double {
    if !read.isFloat, number.integer == nil { return number.double }
    return stored(number)?.double ?? number.double
  }

  /// The nearest number of the stored floating-point format.
  private func rounded(_ value: Double) -> Double {
    guard !(value.isNaN || value.isInfinite), stored.isFloat else { return value }
    var bytes = [UInt8](repeating: 0, count: 16)
    return bytes.withUnsafeMutableBytes { buffer in
      buffer.storeBytes(of: value, as: Double.self)
      guard let base = buffer.baseAddress, stored.size <= 16,
        H5Tconvert(chdf5_native_double(), typeID, 1, base, nil, chdf5_default()) >= 0,
        H5Tconvert(typeID, chdf5_native_double(), 1, base, nil, chdf5_default()) >= 0
      else { return value }
      return buffer.load(as: Double.self)
    }
  }
}
