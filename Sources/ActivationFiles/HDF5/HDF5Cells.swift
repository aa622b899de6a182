import CHDF5

/// Cell arrays of MATLAB: references to datasets elsewhere in the file, one an element.
extension HDF5Dataset {
  /// More elements than this are no layers and no labels.
  private static let elementLimit = 1_000_000

  /// Where the elements are, in the order they are stored; nil if that cannot be read.
  func elementPaths() -> [String]? {
    guard let shape, let byteSize = shape.byteSize(of: 8), byteSize / 8 <= Self.elementLimit,
      storage.layout == .contiguous || storage.layout == .compact, byteSize <= fileByteSize
    else { return nil }
    var references = [UInt64](repeating: 0, count: byteSize / 8)
    guard !references.isEmpty,
      values.read(as: chdf5_object_reference(), into: &references) >= 0
    else { return nil }
    var paths: [String] = []
    paths.reserveCapacity(references.count)
    for reference in references {
      var name = [CChar](repeating: 0, count: 1024)
      let length = chdf5_reference_path(id, reference, &name, name.count)
      guard length > 0, length < name.count else { return nil }
      paths.append(
        String(
          decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return paths
  }

  /// The text or number that an element is; nil if it is neither. An empty text is empty.
  fileprivate var cellText: String? {
    let isEmpty = H5Aexists(id, "MATLAB_empty") > 0
    let kind = HDF5Text.attribute("MATLAB_class", of: id, variable: false)?.first
    guard !isEmpty else { return kind == "char" ? "" : nil }
    let count = (shape ?? []).reduce(1) { $0.multipliedOrMax(by: $1) }
    if kind == "char", type.size == 2, count <= 4096 {
      var units = [UInt16](repeating: 0, count: max(1, count))
      guard values.read(as: chdf5_native_uint16(), into: &units) >= 0 else { return nil }
      return String(decoding: units.prefix(count), as: UTF16.self)
    }
    guard count == 1, type.isNumeric else { return nil }
    var value = 0.0
    guard values.read(as: chdf5_native_double(), into: &value) >= 0 else { return nil }
    return Int64(exactly: value).map(String.init) ?? "\(value)"
  }
}

extension HDF5File {
  /// The texts of a cell array's elements.
  func cellTexts(
    of array: StoredArray, path: String, at site: DatasetSite
  ) throws(ActivationFileError) -> [String] {
    guard let cells = HDF5Dataset(named: path, in: id, access: datasetAccess),
      cells.shape == array.extents, let paths = cells.elementPaths()
    else { throw .cannotRead(site, detail: HDF5ErrorStack.current().detail) }
    var texts: [String] = []
    texts.reserveCapacity(paths.count)
    for (row, path) in paths.enumerated() {
      guard let element = HDF5Dataset(named: path, in: id, access: datasetAccess),
        let text = element.cellText
      else { throw .cellIsNoText(site, row: row) }
      texts.append(text)
    }
    return texts
  }
}
