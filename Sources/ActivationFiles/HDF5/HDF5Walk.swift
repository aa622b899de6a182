import Activations
import CHDF5

/// Collects the datasets below a group. Links are followed within the file only, unless the user
/// asked for more.
struct HDF5Walk {
  private struct Object: Hashable {
    let file: UInt
    let address: UInt64
  }

  private struct Link {
    let name: String
    /// Whether the name is what the file has, so that the link can be opened by it.
    let isUTF8: Bool
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
    "is a link into another file, which is not followed. Give that file itself, or allow it with "
    + "--follow-external"
  private static let brokenExternalLink =
    "is a link into another file that is not there or cannot be opened. Put that file beside"
  private static let damagedHeader =
    "cannot be opened: its header is damaged. Copy or export the file again"
  private static let nameIsNotUTF8 =
    "cannot be opened: its name is not UTF-8. Rename it, as with f.move(b'\\xe9t\\xe9', 'ete') of h5py"
  /// The version of this tool's own layout, which its writers put at the root.
  private static let format = "snn-analyze/activations/1"
  private static let objectLimit = 100_000
  private static let depthLimit = 64
  /// Layers that a cell array may hold.
  private static let cellLimit = 1000
  /// Groups of MATLAB's own, which cell arrays refer to.
  private static let groupsOfMATLAB: Set<String> = ["#refs#", "#subsystem#"]

  private let file: String
  private let fileByteSize: Int
  private let columnWriter: String?
  private let isNetCDF: Bool
  /// What stands for no text in the tables of a group.
  private var missingTexts: [[String]: String] = [:]
  private let access: HDF5Access
  private let followsOtherFiles: Bool
  private var datasets: [DatasetDescription] = []
  private var layerNames: [[String]: [String]] = [:]
  private var layerCounts: [[String]: Int] = [:]
  private var columnNames: [[String]: [String]] = [:]
  private var skippedLinks: [LeftOut] = []
  private var visited: [Object: String] = [:]
  private var softLinks: [Place] = []
  private var rootFile: UInt = 0
  private var objectCount = 0
  /// Whether the file is in this tool's own layout, in which samples are the first axis.
  private var isOwnFormat = false
  private var dimensions = HDF5Dimensions()

  /// - Parameter access: the file's `datasetAccess`.
  init(
    file: String, fileByteSize: Int, columnWriter: String?, isNetCDF: Bool, access: HDF5Access
  ) {
    self.file = file
    self.isNetCDF = isNetCDF
    self.columnWriter = columnWriter
    self.fileByteSize = fileByteSize
    self.access = access
    followsOtherFiles = access.followsOtherFiles
  }

  var description: FileDescription {
    FileDescription(
      file: file,
      datasets: dimensions.named(datasets).map { dataset in
        var copy = dataset
        if isOwnFormat { copy.knowsSampleAxis = true }
        return copy
      }.sorted { $0.path.naturallyPrecedes($1.path) },
      layerNames: layerNames,
      skippedLinks: skippedLinks.sorted { $0.path.naturallyPrecedes($1.path) },
      layerCounts: layerCounts, columnNames: columnNames)
  }

  mutating func visitRoot(of fileID: hid_t) throws(ActivationFileError) {
    var object = chdf5_object()
    guard chdf5_object_at(fileID, "/", access.id, &object) >= 0 else {
      throw .groupIsDamaged(file, path: "/", detail: HDF5ErrorStack.current().detail)
    }
    rootFile = UInt(object.file)
    visited[Object(file: rootFile, address: object.address)] = "/"
    if let format = HDF5Text.attribute("snn_format", of: fileID, variable: true)?.first {
      guard format == Self.format else {
        throw .isOfOtherFormat(file, format: format, known: Self.format)
      }
      isOwnFormat = true
    }
    try visitGroup(fileID, "/", at: Place())
    // A group is listed under its own name, so soft links wait until all groups are known.
    while let place = softLinks.popLast() {
      try visit(fileID, place.path, at: place, isSoft: true)
      try requireFew()
    }
  }

  private mutating func visitGroup(
    _ location: hid_t, _ name: String, at place: Place
  ) throws(ActivationFileError) {
    guard place.components.count <= Self.depthLimit else {
      throw .isNestedTooDeep(file, limit: Self.depthLimit)
    }
    guard let group = HDF5Handle(H5Oopen(location, name, access.id), closedBy: H5Oclose),
      let links = Self.links(of: group.id)
    else {
      throw .groupIsDamaged(file, path: place.path, detail: HDF5ErrorStack.current().detail)
    }
    if let names = HDF5Text.attribute("layer_names", of: group.id, variable: true) {
      layerNames[place.components] = names
    }
    if let count = HDF5Text.integer("num_layers", of: group.id) {
      layerCounts[place.components] = count
    }
    if let text = HDF5Text.attribute("nan_rep", of: group.id, variable: true)?.first {
      missingTexts[place.components] = text
    }
    if addGroupAsDataset(group.id, Set(links.map(\.name)), at: place) { return }
    for link in links.sorted(by: { $0.name.naturallyPrecedes($1.name) }) {
      if place.components.isEmpty, Self.groupsOfMATLAB.contains(link.name) { continue }
      let inner = place.appending(link)
      switch link.type {
      case _ where !link.isUTF8: addObstacle(Self.nameIsNotUTF8, inner)
      case H5L_TYPE_HARD: try visit(group.id, link.name, at: inner, isSoft: false)
      case H5L_TYPE_SOFT: softLinks.append(inner)
      case H5L_TYPE_EXTERNAL where followsOtherFiles: softLinks.append(inner)
      default:
        addObstacle(Self.externalLink, inner)
      }
      objectCount += 1
      try requireFew()
    }
  }

  private func requireFew() throws(ActivationFileError) {
    guard objectCount <= Self.objectLimit else {
      throw .holdsTooMuch(file, limit: Self.objectLimit)
    }
  }

  private mutating func visit(
    _ location: hid_t, _ name: String, at place: Place, isSoft: Bool
  ) throws(ActivationFileError) {
    Patience.noteProgress()
    var info = chdf5_object()
    guard chdf5_object_at(location, name, access.id, &info) >= 0 else {
      let stack = HDF5ErrorStack.current()
      if stack.isExternalLink {
        addObstacle(followsOtherFiles ? Self.brokenExternalLink : Self.externalLink, place)
      } else if isSoft {
        skippedLinks.append(LeftOut(file: file, path: place.path, reason: "link to nothing"))
      } else {
        addObstacle(Self.obstacle(stack), place)
      }
      return
    }
    let object = Object(file: UInt(info.file), address: info.address)
    guard object.file == rootFile || followsOtherFiles else {
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
      if let dataset = HDF5Dataset(named: name, in: location, access: access) {
        dimensions.add(dataset, address: info.address, at: datasets.count, place.components.last)
        add(dataset, at: place)
      } else {
        addObstacle(Self.obstacle(.current()), place)
      }
    default: break
    }
  }

  private mutating func add(_ dataset: borrowing HDF5Dataset, at place: Place) {
    let found = self.place(place)
    let members = dataset.members(at: found)
    var description = dataset.description(at: found)
    if !members.isEmpty {
      description.exclusion = "compound; its members are " + members.map(\.leaf).listed(limit: 5)
    }
    if description.type.kind == .cell, let found = elements(of: dataset, at: place) {
      datasets += found
      return
    }
    datasets += [description] + members
    objectCount += members.count
    if place.components.last?.hasSuffix("_items") == true, let names = dataset.shortTexts {
      columnNames[place.components] = names
    }
    if let names = HDF5Text.attribute("layer_names", of: dataset.id, variable: true) {
      layerNames[place.components] = names
    }
  }

  /// The elements of a cell array that are matrices, each under its number; nil if one is none.
  private func elements(
    of cells: borrowing HDF5Dataset, at place: Place
  ) -> [DatasetDescription]? {
    guard let file = HDF5Handle(H5Iget_file_id(cells.id), closedBy: H5Fclose),
      let paths = cells.elementPaths(), paths.count <= Self.cellLimit
    else { return nil }
    var found: [DatasetDescription] = []
    for (index, path) in paths.enumerated() {
      guard let element = HDF5Dataset(named: path, in: file.id, access: access) else { return nil }
      let link = Link(name: "\(index + 1)", isUTF8: true, type: H5L_TYPE_HARD, creationOrder: index)
      let description = element.description(
        at: self.place(place.appending(link)), datasetPath: path)
      guard description.type.isNumeric, description.squeezedShape?.count ?? 0 > 1 else {
        return nil
      }
      found.append(description)
    }
    return found
  }

  private func place(_ place: Place) -> HDF5Place {
    HDF5Place(
      file: file, components: place.components, creationOrder: place.creationOrder,
      fileByteSize: fileByteSize, columnWriter: columnWriter, followsOtherFiles: followsOtherFiles,
      isNetCDF: isNetCDF, missingText: missingTexts[Array(place.components.dropLast())])
  }

  /// Whether a group is a variable of Octave: its values are the dataset `value`, by columns.
  static func isOctave(_ group: hid_t) -> Bool { H5Aexists(group, "OCTAVE_NEW_FORMAT") > 0 }

  /// Whether a group is an array with a mask, as AnnData stores columns of pandas that may lack values.
  static func isNullable(_ group: hid_t) -> Bool {
    HDF5Text.attribute("encoding-type", of: group, variable: true)?.first?.hasPrefix("nullable-")
      == true
  }

  /// Groups that stand for one array: a column of AnnData with its categories or its mask, a sparse
  /// matrix, a matrix of Octave.
  private mutating func addGroupAsDataset(
    _ group: hid_t, _ names: Set<String>, at place: Place
  ) -> Bool {
    if names.isSuperset(of: ["codes", "categories"]), names.count <= 3,
      let codes = HDF5Dataset(named: "codes", in: group, access: access)
    {
      datasets.append(
        codes.description(at: self.place(place), datasetPath: place.path + "/codes").naming(
          by: place.path + "/categories"))
      return true
    }
    if names.isSuperset(of: ["values", "mask"]), Self.isNullable(group),
      let values = HDF5Dataset(named: "values", in: group, access: access)
    {
      let path = place.path
      datasets.append(
        values.description(at: self.place(place), datasetPath: path + "/values").masked(
          by: path + "/mask"))
      return true
    }
    if names.isSuperset(of: ["type", "value"]), Self.isOctave(group),
      let value = HDF5Dataset(named: "value", in: group, access: access)
    {
      var found = self.place(place)
      found.columnWriter = "Octave"
      datasets.append(value.description(at: found, datasetPath: place.path + "/value"))
      return true
    }
    if names.isSuperset(of: ["data", "indices", "indptr"]) {
      addObstacle(
        "is a sparse matrix (\(HDF5Text.attribute("encoding-type", of: group, variable: true)?.first ?? "CSR or CSC")), and only dense ones are read. Store it "
          + "dense, as with adata.X = adata.X.toarray()", place)
      return true
    }
    return false
  }

  private mutating func addObstacle(_ obstacle: String, _ place: Place) {
    datasets.append(
      DatasetDescription(
        components: place.components, creationOrder: place.creationOrder, shape: nil,
        type: .unknown, obstacle: obstacle))
  }

  /// Why an object cannot be opened.
  private static func obstacle(_ stack: HDF5ErrorStack) -> String {
    stack.isVersion ? HDF5Library.remedyForNewerFormat : damagedHeader
  }

  private static func links(of group: hid_t) -> [Link]? {
    var links: [Link] = []
    let status = withUnsafeMutablePointer(to: &links) { pointer in
      chdf5_visit_links(
        group,
        { link, context in
          guard let link = link?.pointee, let name = link.name else { return }
          let isUTF8 = String(validatingCString: name) != nil
          context?.assumingMemoryBound(to: [Link].self).pointee.append(
            Link(
              name: String(cString: name), isUTF8: isUTF8, type: link.type,
              creationOrder: link.has_creation_order ? Int(link.creation_order) : nil))
        }, pointer)
    }
    return status >= 0 ? links : nil
  }
}
