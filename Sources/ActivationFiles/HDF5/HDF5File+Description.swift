import CHDF5

extension HDF5File {
  /// All datasets of the file, in natural order, without reading any of their values.
  func description() throws(ActivationFileError) -> FileDescription {
    var walk = HDF5Walk(
      file: path, fileByteSize: byteSize, columnWriter: columnWriter, isNetCDF: isNetCDF,
      access: datasetAccess)
    try walk.visitRoot(of: id)
    return walk.description
  }

  /// The dataset, compound member or AnnData column at a path; throws if there is none.
  func datasetDescription(
    at datasetPath: String
  ) throws(ActivationFileError) -> DatasetDescription {
    var place = place(datasetPath)
    if let dataset = HDF5Dataset(named: datasetPath, in: id, access: datasetAccess) {
      let found = dataset.description(at: place)
      let group = "/" + place.components.dropLast().joined(separator: "/")
      // The part of a column that was named is read as the column.
      if place.components.last == "codes", exists(group + "/categories") {
        return found.naming(by: group + "/categories")
      }
      if place.components.last == "values", exists(group + "/mask"), isNullable(group) {
        return found.masked(by: group + "/mask")
      }
      let categories = group + (group == "/" ? "" : "/") + "__categories"
      let names = "\(categories)/\(place.components.last ?? "")"
      return found.type.isInteger && exists(categories) && exists(names)
        ? found.naming(by: names) : found
    }
    if let codes = HDF5Dataset(named: datasetPath + "/codes", in: id, access: datasetAccess) {
      return codes.description(at: place, datasetPath: datasetPath + "/codes").naming(
        by: datasetPath + "/categories")
    }
    if isNullable(datasetPath),
      let values = HDF5Dataset(named: datasetPath + "/values", in: id, access: datasetAccess)
    {
      return values.description(at: place, datasetPath: datasetPath + "/values").masked(
        by: datasetPath + "/mask")
    }
    if let group = HDF5Handle(H5Gopen2(id, datasetPath, chdf5_default()), closedBy: H5Gclose),
      HDF5Walk.isOctave(group.id),
      let value = HDF5Dataset(named: "value", in: group.id, access: datasetAccess)
    {
      place.columnWriter = "Octave"
      return value.description(at: place, datasetPath: datasetPath + "/value")
    }
    // `table.label`: the longest front that is a dataset has the rest as a member.
    for dot in datasetPath.indices.reversed() where datasetPath[dot] == "." {
      let front = String(datasetPath[..<dot])
      guard let table = HDF5Dataset(named: front, in: id, access: datasetAccess) else { continue }
      let member = String(datasetPath[datasetPath.index(after: dot)...])
      let found = table.members(at: self.place(front)).first { $0.leaf == member }
      if let found { return found }
    }
    throw .noSuchDataset(path, path: datasetPath)
  }

  private func place(_ datasetPath: String) -> HDF5Place {
    let components = datasetPath.split(separator: "/").map(String.init)
    var place = HDF5Place(
      file: path, components: components, creationOrder: components.map { _ in nil },
      fileByteSize: byteSize, columnWriter: columnWriter,
      followsOtherFiles: datasetAccess.followsOtherFiles, isNetCDF: isNetCDF)
    let group = "/" + components.dropLast().joined(separator: "/")
    if let handle = HDF5Handle(H5Gopen2(id, group, chdf5_default()), closedBy: H5Gclose) {
      place.missingText = HDF5Text.attribute("nan_rep", of: handle.id, variable: true)?.first
    }
    return place
  }

  private func exists(_ path: String) -> Bool { H5Lexists(id, path, chdf5_default()) > 0 }

  private func isNullable(_ path: String) -> Bool {
    guard let group = HDF5Handle(H5Gopen2(id, path, chdf5_default()), closedBy: H5Gclose) else {
      return false
    }
    return HDF5Walk.isNullable(group.id)
  }
}

extension DatasetDescription {
  /// The column of positions in the list of names at a path.
  func naming(by categories: String) -> DatasetDescription {
    var copy = self
    copy.categories = categories
    return copy
  }

  /// The nullable array whose values are missing where the dataset at a path is true.
  func masked(by mask: String) -> DatasetDescription {
    var copy = self
    var meaning = copy.array?.meaning ?? ValueMeaning()
    meaning.mask = mask
    copy.array?.meaning = meaning
    return copy
  }
}

/// Where a dataset is found: its file, and the names and creation ranks down to it.
struct HDF5Place {
  let file: String
  let components: [String]
  let creationOrder: [Int?]
  let fileByteSize: Int
  /// What wrote its arrays by columns, if the file or group says so.
  var columnWriter: String?
  let followsOtherFiles: Bool
  /// Whether a library of netCDF wrote the file.
  var isNetCDF = false
  /// The text that stands for none in the tables of its group (pandas).
  var missingText: String?

  var path: String { "/" + components.joined(separator: "/") }
}

extension HDF5Dataset {
  /// - Parameter datasetPath: where the dataset is, if not at its place.
  func description(at place: HDF5Place, datasetPath: String? = nil) -> DatasetDescription {
    let stored = shape
    let storage = storage
    let matlabClass = HDF5Text.attribute("MATLAB_class", of: id, variable: false)?.first
    var type = type
    if matlabClass == "char", type.kind == .integer(isSigned: false), type.size == 2 {
      type.kind = .utf16
      type.name = "MATLAB text"
    }
    if matlabClass == "cell", type.kind == .reference {
      type.kind = .cell
      type.name = "MATLAB cell array"
    }
    if let said = saidType(besides: type) { type = said }
    let meaning = HDF5Meaning(of: self, type: type, isNetCDF: place.isNetCDF)
    type = meaning.type
    // These store the last axis first.
    let columnWriter =
      matlabClass != nil
      ? "MATLAB" : H5Aexists(id, "rhdf5-NA.OK") > 0 ? "R (rhdf5)" : place.columnWriter
    let view =
      columnWriter != nil && (stored?.count ?? 0) > 1
      ? AxisView(rank: stored?.count ?? 0, order: (stored ?? []).indices.reversed()) : nil
    let isDimensionScale =
      HDF5Text.attribute("CLASS", of: id, variable: false) == ["DIMENSION_SCALE"]
    let leaf = place.components.last?.lowercased() ?? ""
    var description = DatasetDescription(
      components: place.components, creationOrder: place.creationOrder,
      shape: stored.map { view?.shape(of: $0) ?? $0 }, type: type,
      storage: storage, isDimensionScale: isDimensionScale,
      count: (stored == [] || stored == [1]) && DatasetNames.counts.contains(leaf)
        ? singleInteger : nil,
      obstacle: Self.obstacle(stored ?? [], elementSize, storage, place),
      array: StoredArray(
        file: place.file, place: .dataset(path: datasetPath ?? place.path), name: place.path,
        extents: stored ?? [], type: type, chunk: storage.chunk,
        followsOtherFiles: place.followsOtherFiles,
        meaning: meaning.meaning.isEmpty ? nil : meaning.meaning),
      view: view, layerCount: HDF5Text.integer("num_layers", of: id))
    description.originalID = HDF5Text.attribute("original_id", of: id, variable: true)?.first
    description.columnWriter = view == nil ? nil : columnWriter
    description.knowsSampleAxis = view != nil
    return description
  }

  /// The members of a compound that are numbers, arrays of numbers or text.
  func members(at place: HDF5Place) -> [DatasetDescription] {
    guard H5Tget_class(typeID) == H5T_COMPOUND, !ElementType.isComplex(typeID),
      let stored = shape
    else { return [] }
    let storage = storage
    let obstacle =
      ElementType.hasVariableLength(typeID)
      ? "is a column of a table with texts of variable length, which is not read. Store the "
        + "columns as datasets of their own"
      : Self.obstacle(stored, elementSize, storage, place)
    let size = elementSize
    let meaning = HDF5Meaning.ofRecords(self, missingText: place.missingText)
    return (0..<UInt32(max(0, min(H5Tget_nmembers(typeID), 4096)))).compactMap { index in
      guard let name = H5Tget_member_name(typeID, index) else { return nil }
      defer { H5free_memory(name) }
      guard let member = HDF5Handle(H5Tget_member_type(typeID, index), closedBy: H5Tclose)
      else { return nil }
      let (type, extents) = ElementType.elements(of: member.id)
      let offset = H5Tget_member_offset(typeID, index)
      guard let memberSize = extents.byteSize(of: type.size), memberSize <= size,
        offset <= size - memberSize, type.kind != .unsupported
      else { return nil }
      let label = String(cString: name)
      return DatasetDescription(
        components: place.components + [label], creationOrder: place.creationOrder + [Int(index)],
        shape: stored + extents, type: type, storage: storage,
        obstacle: obstacle ?? (type.needsLibrary ? Self.isOddInRecords(type) : nil),
        array: StoredArray(
          file: place.file, place: .dataset(path: place.path), name: "\(place.path).\(label)",
          extents: stored, type: type,
          member: .init(recordSize: size, offset: offset, extents: extents),
          chunk: storage.chunk, followsOtherFiles: place.followsOtherFiles, meaning: meaning))
    }
  }

  private static func isOddInRecords(_ type: ElementType) -> String {
    "is \(type.name) within records, which is not read. Store the columns as datasets of their own"
  }

  /// The type that an attribute of the dataset says integers or plain bytes are.
  private func saidType(besides type: ElementType) -> ElementType? {
    guard type.kind == .opaque || type.kind == .integer(isSigned: false), type.size <= 2 else {
      return nil
    }
    for name in ["dtype", "original_dtype", "torch_dtype"] {
      guard let said = HDF5Text.attribute(name, of: id, variable: true)?.first else { continue }
      if let stored = StoredType(said: said) { return type.read(as: stored) }
    }
    return nil
  }

  private static func obstacle(
    _ shape: [Int], _ elementSize: Int, _ storage: StorageDescription, _ place: HDF5Place
  ) -> String? {
    let claim: String
    if !isPlausible(shape, elementSize, storage, fileByteSize: place.fileByteSize) {
      claim = "claims the shape \(shape.asExtents), more than its file can hold"
    } else if storage.isWritten, let chunk = storage.chunk,
      let count = chunkCount(of: shape, chunk), count > max(100_000, place.fileByteSize / 8)
    {
      // In the index of the file each chunk that is stored takes 8 bytes and more. The hundred
      // thousand are for chunks that were never written, which are looked up one by one.
      claim =
        "claims the shape \(shape.asExtents) in \(count) chunks, more than its file of "
        + "\(place.fileByteSize) bytes can hold"
    } else {
      return nil
    }
    return claim + ". The file is damaged: copy or export it again"
  }

  private static func chunkCount(of shape: [Int], _ chunk: [Int]) -> Int? {
    guard chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }) else { return nil }
    return zip(shape, chunk).reduce(1) { $0.multipliedOrMax(by: ($1.0 - 1) / $1.1 + 1) }
  }

  /// Whether its values can be in its file.
  var isPlausible: Bool {
    Self.isPlausible(shape ?? [], elementSize, storage, fileByteSize: fileByteSize)
  }

  /// Whether values of this shape can be in a file of this size. Deflate packs at most 1032 : 1;
  /// the gigabyte is for chunks that were never written.
  private static func isPlausible(
    _ shape: [Int], _ elementSize: Int, _ storage: StorageDescription, fileByteSize: Int
  ) -> Bool {
    guard storage.isWritten, let byteSize = shape.byteSize(of: max(1, elementSize)) else {
      return !storage.isWritten || shape.contains(0)
    }
    switch storage.layout {
    case .contiguous, .compact:
      return byteSize <= fileByteSize && byteSize <= storage.byteSize ?? .max
    case .chunked: return byteSize / 2048 <= fileByteSize || byteSize <= 1 << 30
    case .external, .virtual: return true
    }
  }
}
