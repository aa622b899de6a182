/// What a file holds, told without reading its data. A plain value: the discovery rule works on
/// these alone.
package struct FileDescription: Sendable {
  /// The path as given.
  package let file: String
  /// Train, test and the like, where the datasets are those of one split.
  package var split: String?
  package let datasets: [DatasetDescription]
  /// The layers' order by attribute `layer_names`, for each group that has it (`[]` is the root).
  package let layerNames: [[String]: [String]]
  /// Links that lead nowhere, or to a group that is already listed under another name.
  package let skippedLinks: [LeftOut]
  /// The attribute `num_layers` of groups.
  package let layerCounts: [[String]: Int]
  /// The names of columns that pandas keeps in a dataset of their own, by its place.
  package let columnNames: [[String]: [String]]
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
    skippedLinks: [LeftOut] = [], layerCounts: [[String]: Int] = [:],
    columnNames: [[String]: [String]] = [:], split: String? = nil
  ) {
    self.file = file
    self.split = split
    self.layerCounts = layerCounts
    self.columnNames = columnNames
    self.datasets = datasets
    self.layerNames = layerNames
    self.skippedLinks = skippedLinks
    var groups: Set<[String]> = []
    let roles = datasets.map(\.role)
    for (dataset, role) in zip(datasets, roles) where role == .layer {
      var group = dataset.group
      while groups.insert(group).inserted, !group.isEmpty { group.removeLast() }
    }
    groupsOfLayers = groups
    labels = zip(datasets, roles).filter { $1 == .labels }.map(\.0)
    sampleIDs = zip(datasets, roles).filter { $1 == .sampleIDs }.map(\.0)
    counts = datasets.filter { $0.count != nil }
  }
}

/// Rows in a row that are of one class.
package struct ClassRun: Sendable, Equatable {
  package let name: String
  package let count: Int
}

/// A dataset, or a link that should lead to one.
package struct DatasetDescription: Sendable {
  /// The names on the way from the root, the dataset's own last. A member of a compound is in a
  /// group named like the compound; a group of an AnnData column is a dataset.
  package var components: [String]
  /// The creation rank of each component among its siblings, where the file keeps it.
  package var creationOrder: [Int?]
  /// The extents as seen through `view`; empty for a scalar, nil without a dataspace (NULL).
  package var shape: [Int]?
  package var type: ElementType
  package let storage: StorageDescription
  package let isDimensionScale: Bool
  /// The value of a single integer whose name says that it counts samples.
  package let count: Int?
  /// Why it cannot be read, whatever it is: "is a link into another file …".
  package var obstacle: String?
  /// Where its values are; nil: in the described file, under `components`.
  package var array: StoredArray?
  /// How its stored axes are seen; nil: as they are.
  package var view: AxisView?
  /// Where the names of its values are, if these are positions in a list (AnnData).
  package var categories: String?
  /// The number of layers that its attribute `num_layers` says it holds.
  package var layerCount: Int?
  /// The classes of its rows in order, where each of several files holds one.
  package var classes: [ClassRun] = []
  /// Where its values are read from as labels, if they are spread over several arrays.
  package var shards: [LabelShard] = []
  /// The arrays its rows come from, if it is not one array.
  package var pieces: [LayerPiece] = []
  /// The tokens that are its samples, if it is samples × tokens.
  package var tokens: TokenSelection?
  /// The names of its samples, where each was a dataset or group, and what else they may be called.
  package var sampleNames: [[String]] = []
  /// Why the order of its samples, or of the parts they are spread over, is not certain.
  var orderDoubt: SampleOrderDoubt?
  /// Its attribute `original_id`, which says what the dataset's name stands for.
  package var originalID: String?
  /// Whether samples differ in the extents that are to be pooled.
  package var hasVaryingExtents = false
  /// Whether it is a parameter of a network by what else is in its file.
  package var isParameter = false
  /// Why it is no layer though it could be one by its form.
  package var exclusion: String?
  /// Whether it is a layer by its form, whatever its name says.
  package var isLayerByForm = false
  /// The names of its stored axes, where the file has them (dimension scales of netCDF).
  package var dimensions: [String?] = []
  /// What wrote it by columns, so that its last stored axis is the first a person sees.
  package var columnWriter: String?
  /// Whether the file, and not its shape alone, says which axis the samples are along.
  package var knowsSampleAxis = false

  package init(
    components: [String], creationOrder: [Int?]? = nil, shape: [Int]?, type: ElementType,
    storage: StorageDescription = StorageDescription(), isDimensionScale: Bool = false,
    count: Int? = nil, obstacle: String? = nil, array: StoredArray? = nil, view: AxisView? = nil,
    categories: String? = nil, layerCount: Int? = nil
  ) {
    self.components = components
    self.creationOrder = creationOrder ?? components.map { _ in nil }
    self.shape = shape
    self.type = type
    self.storage = storage
    self.isDimensionScale = isDimensionScale
    self.count = count
    self.obstacle = obstacle
    self.array = array
    self.view = view
    self.categories = categories
    self.layerCount = layerCount
    // Records of a table are its rows.
    knowsSampleAxis = array?.member != nil
  }

  /// What its name and form say it is.
  package var role: DatasetRole { DatasetRole(of: self) }

  /// The place as a person calls it: the path in its file.
  package var path: String { array?.name ?? "/" + components.joined(separator: "/") }
  package var group: [String] { Array(components.dropLast()) }
  package var leaf: String { components.last ?? "" }

  /// The extents that are left when trailing axes of length 1 are dropped: (N, 1) is a vector.
  /// So is (1, N), as MATLAB has rows.
  package var squeezedShape: [Int]? {
    guard var shape else { return nil }
    while shape.count > 1 && shape.last == 1 { shape.removeLast() }
    if shape.count == 2 && shape[0] == 1 { shape.removeFirst() }
    return shape
  }

  /// The dataset under another name: at `depth` a component less.
  func removingComponent(at depth: Int) -> DatasetDescription {
    var copy = self
    copy.components.remove(at: depth)
    copy.creationOrder.remove(at: depth)
    return copy
  }

  /// The dataset in a group more, in front of all others.
  func inserting(_ component: String, at depth: Int = 0) -> DatasetDescription {
    var copy = self
    copy.components.insert(component, at: depth)
    copy.creationOrder.insert(nil, at: depth)
    return copy
  }

  /// Where its values are, in the given file if nothing else is said.
  func array(in file: String) -> StoredArray {
    array
      ?? StoredArray(
        file: file, place: .dataset(path: path), name: path, extents: shape ?? [], type: type)
  }
}

extension FileDescription {
  /// The description with other datasets.
  func with(_ datasets: [DatasetDescription], split: String? = nil) -> FileDescription {
    FileDescription(
      file: file, datasets: datasets, layerNames: layerNames, skippedLinks: skippedLinks,
      layerCounts: layerCounts, columnNames: columnNames, split: split ?? self.split)
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
  /// Other files or datasets that its values would come from, and which of them are not there.
  package let sources: [String]
  package let missingSources: [String]
  /// Sources that are there and do not give what is taken of them, each with the reason.
  package let sourceFaults: [String]

  package init(
    layout: Layout = .contiguous, filters: [String] = [], isWritten: Bool = true,
    byteSize: Int? = nil, sources: [String] = [], missingSources: [String] = [],
    sourceFaults: [String] = []
  ) {
    self.sources = sources
    self.missingSources = missingSources
    self.sourceFaults = sourceFaults
    self.layout = layout
    self.filters = filters
    self.isWritten = isWritten
    self.byteSize = byteSize
  }

  var chunk: [Int]? {
    if case .chunked(let extents) = layout { extents } else { nil }
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
