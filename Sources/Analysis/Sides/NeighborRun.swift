public import ActivationFiles
internal import Activations
public import Neighbors

/// Finds the nearest samples of a bank to every query, layer by layer, and what they say about it.
/// Of several checkpoints the last is taken.
///
///     let run = NeighborRun(files: ["test.h5"], bank: "train.h5")
///     let analysis = try run.analysis()
public struct NeighborRun: Sendable {
  /// The queries: files, or parts of them as `FILE.h5:PART`, a group or an entry of the dataset
  /// `split`.
  package var files: [String]
  /// The samples they are looked up in; nil to look up each sample among the others of one file.
  package var bank: String?
  /// What of the files to read; its threads and memory are those of the search.
  package var reading: ReadingOptions
  /// How many neighbors, by which distance, with what of the machine.
  package var search: NearestNeighbors
  /// The posterior's temperature, in units of a layer's mean neighbor distance.
  package var relativeTemperature = 1.0
  /// Confidences of the model below which the neighbors decide.
  package var thresholds = BackOff.usualThresholds
  /// Who hears of the run.
  package var hooks: RunHooks

  /// A run by the usual temperature and thresholds.
  public init(
    files: [String], bank: String? = nil, reading: ReadingOptions = ReadingOptions(),
    search: NearestNeighbors = NearestNeighbors(neighborCount: 10), hooks: RunHooks = RunHooks()
  ) {
    self.files = files
    self.bank = bank
    self.reading = reading
    self.search = search
    self.hooks = hooks
  }

  /// Reads and searches.
  public func analysis() throws(AnalysisError) -> NeighborAnalysis {
    let reading = reading.on(search.machine)
    let given = try bank.map { bank throws(AnalysisError) in
      try SampleSource(SampleAddress(bank), role: "--bank", reading: reading)
    }
    var sides: [SampleSource] = []
    for file in files {
      sides.append(
        try SampleSource(
          SampleAddress(file), role: file, reading: reading,
          classNames: given?.samples.labels?.names))
    }
    let bankSource: SampleSource
    if let given {
      bankSource = given
    } else {
      guard sides.count == 1 else {
        throw AnalysisError(
          "\(sides.count) files are given without --bank. Each sample of one file can be looked up "
            + "among the others; queries of several files need a --bank.")
      }
      bankSource = sides[0]
    }
    let isLeaveOneOut = bank == nil
    let labels = try bankSource.requiredLabels()
    let queries = SampleSet.joining(sides.map(\.samples))
    let layerSearch = LayerSearch(search: search, bank: bankSource, bankRows: nil, hooks: hooks)
    let names = try layerSearch.layerNames(sharedWith: isLeaveOneOut ? [] : sides)
    var checks = SideChecks(bank: bankSource, labels: labels)
    var twins: [[[Int32]]] = []
    if isLeaveOneOut {
      twins = [(0..<queries.count).map { [Int32($0)] }]
    } else {
      for side in sides {
        try checks.requireSharedClass(side)
        twins.append(try checks.twins(of: side, layer: names.first ?? "", what: "queries"))
      }
    }
    checks.noteClasses(of: queries, sides: sides)
    let notes = ([bankSource] + sides).flatMap(\.notes).uniqueInOrder
    (notes + checks.notices).forEach(hooks.note)
    var layers: [NeighborAnalysis.Layer] = []
    try layerSearch.forEachLayer(names) { (name) throws(AnalysisError) in
      let matrix = try layerSearch.bankMatrix(name)
      var parts: [NeighborLists] = []
      var equal: [NeighborAnalysis.EqualRows] = []
      for (side, twins) in zip(sides, twins) {
        let side = isLeaveOneOut ? nil : side
        let queries = try side?.matrix(name)
        let lists = try layerSearch.lists(
          of: side, queries, in: matrix, layer: name, leavingOut: isLeaveOneOut ? nil : twins)
        parts.append(lists)
        equal.append(
          try layerSearch.withoutEqualRows(
            of: side, queries ?? matrix, in: matrix, layer: name, twins: twins, lists: lists,
            labels: labels,
            truth: (side ?? bankSource).samples.labels?.indices(in: labels.names)))
      }
      layers.append(
        NeighborAnalysis.Layer(
          name: name, lists: NeighborLists.joining(parts), bankLabels: labels, queries: queries,
          relativeTemperature: relativeTemperature, thresholds: thresholds,
          equalRows: .joining(equal)))
    }
    var analysis = NeighborAnalysis(
      distance: search.distance, neighborCount: search.neighborCount,
      isLeaveOneOut: isLeaveOneOut, bank: bankSource.samples, bankLabels: labels, queries: queries,
      layers: layers, notices: checks.notices)
    analysis.readings =
      (isLeaveOneOut ? [] : [bankSource.reading(as: "bank")])
      + sides.map { $0.reading(as: isLeaveOneOut ? "" : $0.address.text) }
    return analysis
  }
}
