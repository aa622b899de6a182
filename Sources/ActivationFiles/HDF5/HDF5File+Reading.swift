import CHDF5

extension HDF5File {
  /// Texts of variable length; nil for each that was never set.
  func variableStrings(
    of array: StoredArray, path: String, at site: DatasetSite
  ) throws(ActivationFileError) -> [String?] {
    let dataset = try self.dataset(path, of: array, at: site)
    let type = try ReadingType(of: array, in: dataset, at: site)
    let (values, typeID) = (dataset.values, type.id)
    let count = array.extents.reduce(1, *)
    guard
      array.member != nil
        || VariableText.isPlausible(
          in: dataset.id, count: count, each: byteSize, together: byteSize,
          read: { values.read(as: $0, into: $1) })
    else { throw dataset.failure(at: site) }
    let strings = HDF5Text.strings(
      type: type.elementID, space: dataset.spaceID, count: count,
      reclaiming: typeID
    ) {
      values.read(as: typeID, into: $0)
    }
    guard let strings else { throw dataset.failure(at: site) }
    return strings
  }

  /// The names of an enumeration's values.
  func enumerationNames(
    of array: StoredArray, path: String, at site: DatasetSite
  ) throws(ActivationFileError) -> [Int64: String] {
    let dataset = try self.dataset(path, of: array, at: site)
    let type = try ReadingType(of: array, in: dataset, at: site)
    return HDF5Enumeration.members(of: type.elementID)
  }

  private func dataset(
    _ path: String, of array: StoredArray, at site: DatasetSite
  ) throws(ActivationFileError) -> HDF5Dataset {
    guard let dataset = HDF5Dataset(named: path, in: id, access: datasetAccess) else {
      throw .cannotRead(site, detail: HDF5ErrorStack.current().detail)
    }
    guard dataset.shape == array.extents, dataset.elementSize == array.elementSize else {
      throw .hasChanged(self.path, path: site.path)
    }
    try dataset.storage.requireSources(followingOtherFiles: array.followsOtherFiles, at: site)
    return dataset
  }
}

/// The type to read elements as: the dataset's own, or a compound of the wanted member alone.
private struct ReadingType: ~Copyable {
  private let whole: HDF5Handle
  private let element: HDF5Handle

  var id: hid_t { whole.id }
  /// The type of the texts or numbers themselves.
  var elementID: hid_t { element.id }

  init(
    of array: StoredArray, in dataset: borrowing HDF5Dataset, at site: DatasetSite
  ) throws(ActivationFileError) {
    if let member = array.member {
      let name = array.name.split(separator: ".").last.map(String.init) ?? ""
      let index = H5Tget_member_index(dataset.typeID, name)
      guard index >= 0, member.extents.isEmpty,
        let type = HDF5Handle(
          H5Tget_member_type(dataset.typeID, UInt32(index)), closedBy: H5Tclose),
        let record = HDF5Handle(
          H5Tcreate(H5T_COMPOUND, H5Tget_size(type.id)), closedBy: H5Tclose),
        H5Tinsert(record.id, name, 0, type.id) >= 0
      else { throw .cannotRead(site, detail: HDF5ErrorStack.current().detail) }
      whole = record
      element = type
    } else {
      guard let type = HDF5Handle(H5Tcopy(dataset.typeID), closedBy: H5Tclose),
        let copy = HDF5Handle(H5Tcopy(dataset.typeID), closedBy: H5Tclose)
      else { throw .cannotRead(site, detail: HDF5ErrorStack.current().detail) }
      whole = type
      element = copy
    }
  }
}

extension HDF5Dataset {
  /// The texts of a small dataset of fixed length, stored in one piece; nil if it is none.
  var shortTexts: [String]? {
    guard type.kind == .fixedString, let count = shape?.first, shape?.count == 1, count <= 100_000,
      elementSize <= 1024, storage.layout == .contiguous || storage.layout == .compact
    else { return nil }
    let (values, typeID) = (values, typeID)
    let texts = HDF5Text.strings(type: typeID, space: spaceID, count: count) {
      values.read(as: typeID, into: $0)
    }
    return texts?.compactMap { $0 }
  }

  /// The value of a single integer; nil if it is none.
  var singleInteger: Int? {
    guard type.isInteger, shape == [] || shape == [1],
      storage.layout == .contiguous || storage.layout == .compact
    else { return nil }
    var value: Int64 = 0
    return values.read(as: chdf5_native_int64(), into: &value) >= 0 ? Int(value) : nil
  }
}
