/// What a file holds, told without reading its data. A plain value: the discovery rule works on
/// these alone.
package struct FileDescription: Sendable {
  /// The path as given.
  package let file: String
  package let datasets: [DatasetDescription]
  /// The layers' order by attribute `layer_names`, for each group that has it (`[]` is the root).
  package let layerNames: [[String]: [String]]
  /// Links that lead nowhere, or to a group that is already listed under another name.
  package let skippedLinks: [LeftOut]
  /// Every group that has a layer somewhere inside.
  let groupsOfLayers: Set<[String]>
  /// The datasets that are named like labels.
  let labels: [DatasetDescription]
  /// The datasets that are named like row ids.
  let sampleIDs: [DatasetDescription]
  /// The datasets that count samples.
  let counts: [DatasetDescription]

  package init(
    file: String, datasets: [DatasetDescription], layerNames: [[String]: [String]] = [:],
    skippedLinks: [LeftOut] = []
  ) {
    self.file = file
    self.datasets = datasets
    self.layerNames = layerNames
    self.skippedLinks = skippedLinks
    var groups: Set<[String]> = []
    for dataset in datasets where dataset.role == .layer {
      var group = dataset.group
      while groups.insert(group).inserted, !group.isEmpty { group.removeLast() }
    }
    groupsOfLayers = groups
    labels = datasets.filter { $0.role == .labels }
    sampleIDs = datasets.filter { $0.role == .sampleIDs }
    counts = datasets.filter { $0.count != nil }
  }
}

/// A dataset, or a link that should lead to one.
package struct DatasetDescription: Sendable {
  /// The names on the way from the root, the dataset's own last.
  package let components: [String]
  /// The creation rank of each component among its siblings, where the file keeps it.
  package let creationOrder: [Int?]
  /// The extents; empty for a scalar, nil for a dataset without a dataspace (NULL).
  package let shape: [Int]?
  package let type: ElementType
  package let storage: StorageDescription
  package let isDimensionScale: Bool
  /// The value of a single integer whose name says that it counts samples.
  package let count: Int?
  /// Why it cannot be read, whatever it is: "is a link into another file …".
  package let obstacle: String?
  /// What its name and form say it is.
  package private(set) var role = DatasetRole.layer

  package init(
    components: [String], creationOrder: [Int?]? = nil, shape: [Int]?, type: ElementType,
    storage: StorageDescription = StorageDescription(), isDimensionScale: Bool = false,
    count: Int? = nil, obstacle: String? = nil
  ) {
    self.components = components
    self.creationOrder = creationOrder ?? components.map { _ in nil }
    self.shape = shape
    self.type = type
    self.storage = storage
    self.isDimensionScale = isDimensionScale
    self.count = count
    self.obstacle = obstacle
    role = DatasetRole(of: self)
  }

  package var path: String { "/" + components.joined(separator: "/") }
  package var group: [String] { Array(components.dropLast()) }
  package var leaf: String { components.last ?? "" }

  /// The extents that are left when trailing axes of length 1 are dropped: (N, 1) is a vector.
  package var squeezedShape: [Int]? {
    guard var shape else { return nil }
    while shape.count > 1 && shape.last == 1 { shape.removeLast() }
    return shape
  }
}

/// How a dataset lies in its file.
package struct StorageDescription: Sendable, Equatable {
  package enum Layout: Sendable, Equatable {
    case contiguous
    case compact
    case chunked([Int])
    case external
    case virtual
  }

  package let layout: Layout
  package let filters: [String]
  /// Whether any value was ever written.
  package let isWritten: Bool
  /// The bytes it takes in the file; nil where that is unknown.
  package let byteSize: Int?

  package init(
    layout: Layout = .contiguous, filters: [String] = [], isWritten: Bool = true,
    byteSize: Int? = nil
  ) {
    self.layout = layout
    self.filters = filters
    self.isWritten = isWritten
    self.byteSize = byteSize
  }

  package var description: String {
    let form =
      switch layout {
      case .contiguous: "contiguous"
      case .compact: "compact"
      case .chunked(let extents):
        "chunked " + extents.map(String.init).joined(separator: "×")
      case .external: "external"
      case .virtual: "virtual"
      }
    return ([form] + filters).joined(separator: ", ")
  }
}
