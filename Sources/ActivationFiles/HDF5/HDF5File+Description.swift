import Activations
import CHDF5

extension HDF5File {
  /// All datasets of the file, in natural order, without reading any of their values.
  func description() throws(ActivationFileError) -> FileDescription {
    var walk = HDF5Walk(file: path, fileByteSize: byteSize)
    try walk.visitRoot(of: id)
    return walk.description
  }

  /// The dataset at a path; throws if there is none.
  func datasetDescription(at datasetPath: String) throws(ActivationFileError) -> DatasetDescription
  {
    let components = datasetPath.split(separator: "/").map(String.init)
    guard let dataset = HDF5Dataset(named: datasetPath, in: id) else {
      throw .noSuchDataset(path, path: datasetPath)
    }
    return dataset.description(
      components: components, creationOrder: components.map { _ in nil }, fileByteSize: byteSize)
  }
}

extension HDF5Dataset {
  func description(
    components: [String], creationOrder: [Int?], fileByteSize: Int
  ) -> DatasetDescription {
    let shape = shape
    let type = type
    let storage = storage
    let isDimensionScale =
      HDF5Text.attribute("CLASS", of: id, variable: false) == ["DIMENSION_SCALE"]
    return DatasetDescription(
      components: components, creationOrder: creationOrder, shape: shape, type: type,
      storage: storage, isDimensionScale: isDimensionScale,
      count: shape == [] && DatasetNames.counts.contains(components.last?.lowercased() ?? "")
        ? singleInteger : nil,
      obstacle: Self.isPlausible(shape ?? [], type, storage, fileByteSize: fileByteSize)
        ? nil
        : "claims the shape \((shape ?? []).asExtents), more than its file can hold. "
          + "The file is damaged: copy or export it again")
  }

  /// Whether values of this shape can be in a file of this size. Deflate packs at most 1032 : 1;
  /// the gigabyte is for chunks that were never written.
  private static func isPlausible(
    _ shape: [Int], _ type: ElementType, _ storage: StorageDescription, fileByteSize: Int
  ) -> Bool {
    guard storage.isWritten, let byteSize = shape.byteSize(of: max(1, type.size)) else {
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

/// Collects the datasets below a group. Links are followed within the file only.
private struct HDF5Walk {
  private struct Object: Hashable {
    let file: UInt
    let address: UInt64
  }

  private struct Link {
    let name: String
    let type: H5L_type_t
    let creationOrder: Int?
  }

  /// Where a link is: the names and creation ranks down to it.
  private struct Place {
    var components: [String] = []
    var creationOrder: [Int?] = []

    func appending(_ link: Link) -> Place {
      Place(
        components: components + [link.name], creationOrder: creationOrder + [link.creationOrder])
    }

    var path: String { "/" + components.joined(separator: "/") }
  }

  private static let externalLink =
    "is a link into another file, which is not followed. Give that file itself"
  private static let damagedHeader =
    "cannot be opened: its header is damaged. Copy or export the file again"
  private static let objectLimit = 100_000
  private static let depthLimit = 64

  private let file: String
  private let fileByteSize: Int
  private var datasets: [DatasetDescription] = []
  private var layerNames: [[String]: [String]] = [:]
  private var skippedLinks: [LeftOut] = []
  private var visited: [Object: String] = [:]
  private var softLinks: [Place] = []
  private var rootFile: UInt = 0
  private var objectCount = 0

  init(file: String, fileByteSize: Int) {
    self.file = file
    self.fileByteSize = fileByteSize
  }

  var description: FileDescription {
    FileDescription(
      file: file,
      datasets: datasets.sorted { $0.path.naturallyPrecedes($1.path) },
      layerNames: layerNames,
      skippedLinks: skippedLinks.sorted { $0.path.naturallyPrecedes($1.path) })
  }

  mutating func visitRoot(of fileID: hid_t) throws(ActivationFileError) {
    var object = chdf5_object()
    guard chdf5_object_at(fileID, "/", &object) >= 0 else {
      throw .groupIsDamaged(file, path: "/", detail: HDF5ErrorStack.current().detail)
    }
    rootFile = UInt(object.file)
    visited[Object(file: rootFile, address: object.address)] = "/"
    try visitGroup(fileID, "/", at: Place())
    // A group is listed under its own name, so soft links wait until all groups are known.
    while let place = softLinks.popLast() {
      try visit(fileID, place.path, at: place, isSoft: true)
    }
  }

  private mutating func visitGroup(
    _ location: hid_t, _ name: String, at place: Place
  ) throws(ActivationFileError) {
    guard place.components.count <= Self.depthLimit,
      let group = HDF5Handle(H5Gopen2(location, name, chdf5_default()), closedBy: H5Gclose),
      let links = Self.links(of: group.id)
    else {
      throw .groupIsDamaged(file, path: place.path, detail: HDF5ErrorStack.current().detail)
    }
    if let names = HDF5Text.attribute("layer_names", of: group.id, variable: true) {
      layerNames[place.components] = names
    }
    for link in links.sorted(by: { $0.name.naturallyPrecedes($1.name) }) {
      let inner = place.appending(link)
      switch link.type {
      case H5L_TYPE_HARD: try visit(group.id, link.name, at: inner, isSoft: false)
      case H5L_TYPE_SOFT: softLinks.append(inner)
      default:
        addObstacle(Self.externalLink, inner)
      }
      objectCount += 1
      guard objectCount <= Self.objectLimit else {
        throw .holdsTooMuch(file, limit: Self.objectLimit)
      }
    }
  }

  private mutating func visit(
    _ location: hid_t, _ name: String, at place: Place, isSoft: Bool
  ) throws(ActivationFileError) {
    var info = chdf5_object()
    guard chdf5_object_at(location, name, &info) >= 0 else {
      if isSoft {
        skippedLinks.append(LeftOut(file: file, path: place.path, reason: "link to nothing"))
      } else {
        addObstacle(Self.damagedHeader, place)
      }
      return
    }
    let object = Object(file: UInt(info.file), address: info.address)
    guard object.file == rootFile else {
      addObstacle(Self.externalLink, place)
      return
    }
    switch info.type {
    case H5O_TYPE_GROUP:
      if let other = visited[object] {
        skippedLinks.append(LeftOut(file: file, path: place.path, reason: "link to \(other)"))
        return
      }
      visited[object] = place.path
      try visitGroup(location, name, at: place)
    case H5O_TYPE_DATASET:
      if let dataset = HDF5Dataset(named: name, in: location) {
        datasets.append(
          dataset.description(
            components: place.components, creationOrder: place.creationOrder,
            fileByteSize: fileByteSize))
      } else if HDF5ErrorStack.current().isVersion {
        addObstacle(
          "was written in a newer format than this HDF5 library reads. Write it again with "
            + "libver='earliest'", place)
      } else {
        addObstacle(Self.damagedHeader, place)
      }
    default: break
    }
  }

  private mutating func addObstacle(_ obstacle: String, _ place: Place) {
    datasets.append(
      DatasetDescription(
        components: place.components, creationOrder: place.creationOrder, shape: nil,
        type: .unknown, obstacle: obstacle))
  }

  private static func links(of group: hid_t) -> [Link]? {
    var links: [Link] = []
    let status = withUnsafeMutablePointer(to: &links) { pointer in
      chdf5_visit_links(
        group,
        { link, context in
          guard let link = link?.pointee, let name = link.name else { return }
          context?.assumingMemoryBound(to: [Link].self).pointee.append(
            Link(
              name: String(cString: name), type: link.type,
              creationOrder: link.has_creation_order ? Int(link.creation_order) : nil))
        }, pointer)
    }
    return status >= 0 ? links : nil
  }
}
