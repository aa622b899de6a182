public import ActivationFiles
internal import Activations
public import Neighbors

/// Tells outliers by the credibility of deep k-nearest neighbors. Of several checkpoints the last is
/// taken.
///
///     var run = OutlierRun(files: ["parts.h5:test"], bank: "parts.h5:train")
///     run.outliers = ["parts.h5:ood"]
///     let analysis = try run.analysis()
public struct OutlierRun: Sendable {
  /// The queries: files, or parts of them as `FILE.h5:PART`, a group or an entry of the dataset
  /// `split`.
  package var files: [String]
  /// The training samples; nil for a single file that is parted by the usual names: train,
  /// calibration or val, test, ood.
  package var bank: String?
  /// Held-out samples of known class that calibrate; nil for a share of the bank.
  package var calibration: String?
  /// Samples known to be out of distribution, so that detection can be measured.
  package var outliers: [String] = []
  /// The share of the bank that calibrates where no samples are given, drawn by class.
  package var calibrationShare = 0.2
  /// Of that drawing and of the bootstrap.
  package var seed: UInt64 = 0
  /// How nonconformities become p-values.
  package var pValue = DeepNearestNeighbors.PValue.conformal
  /// Whether queries of classes that the bank has not are outliers, instead of refused.
  package var takesUnknownClassesAsOutliers = false
  /// What of the files to read; its threads and memory are those of the search.
  package var reading: ReadingOptions
  /// How many neighbors, by which distance, with what of the machine.
  package var search: NearestNeighbors
  /// Who hears of the run.
  package var hooks: RunHooks

  /// A run without known outliers, which a share of the bank calibrates.
  public init(
    files: [String], bank: String? = nil, reading: ReadingOptions = ReadingOptions(),
    search: NearestNeighbors = NearestNeighbors(neighborCount: 50), hooks: RunHooks = RunHooks()
  ) {
    self.files = files
    self.bank = bank
    self.reading = reading
    self.search = search
    self.hooks = hooks
  }

  /// Reads and searches.
  public func analysis() throws(AnalysisError) -> OutlierAnalysis {
    let sides = try OutlierSides(self)
    let layerSearch = LayerSearch(
      search: search, bank: sides.bank, bankRows: sides.bankRows, hooks: hooks)
    let names = try layerSearch.layerNames(
      sharedWith: sides.queries + sides.outliers + [sides.calibration].compactMap(\.self))
    var checks = sides.checks
    let layer = names.first ?? ""
    let judge = sides.calibration ?? sides.bank
    var twins: [[[Int32]]] = []
    var ownCalibration: [[Int32]] = []
    for side in sides.queries + sides.outliers {
      twins.append(
        try checks.twins(of: side, rows: sides.bankRows, layer: layer, what: "samples"))
      ownCalibration += try checks.calibrationTwins(
        of: side, in: judge, rows: sides.calibrationRows, layer: layer)
    }
    let calibrationTwins = try sides.calibration.map { side throws(AnalysisError) in
      try checks.twins(of: side, layer: layer, what: "calibration samples")
    }
    var equal: [String] = []
    var calibration: [NeighborClasses] = []
    var queries: [NeighborClasses] = []
    try layerSearch.forEachLayer(names) { (name) throws(AnalysisError) in
      let bank = try layerSearch.bankMatrix(name)
      let judges = try judge.matrix(name)
      calibration.append(
        try layerSearch.lists(
          of: judge, sides.calibrationRows.map(judges.rows) ?? judges, in: bank, layer: name,
          leavingOut: calibrationTwins
        ).classes(sides.bankLabels))
      var lists: [NeighborLists] = []
      var equalCount = 0
      for (side, twins) in zip(sides.queries + sides.outliers, twins) {
        let queries = try side.matrix(name)
        lists.append(
          try layerSearch.lists(of: side, queries, in: bank, layer: name, leavingOut: twins))
        equalCount += EqualRows(of: queries, in: bank, besides: twins).queryCount
      }
      if equalCount > 0 { equal.append("\(equalCount) in \(name)") }
      queries.append(NeighborLists.joining(lists).classes(sides.bankLabels))
    }
    var notices = checks.notices + sides.predictionNotices
    if !equal.isEmpty {
      notices.append(
        "samples equal a row of the bank in every value: \(equal.joined(separator: ", ")). They are "
          + "samples that both sides have, or that the layer cannot tell apart.")
    }
    let all = [sides.bank, judge] + sides.queries + sides.outliers
    (all.flatMap(\.notes).uniqueInOrder + notices).forEach(hooks.note)
    func part(_ samples: SampleSet, _ rows: [Int]) -> OutlierAnalysis.Lists {
      OutlierAnalysis.Lists(
        samples: samples, layers: queries.map { $0.rows(rows) },
        calibrationTwins: rows.map { ownCalibration[$0] })
    }
    do throws(NeighborsError) {
      var analysis = try OutlierAnalysis(
        distance: search.distance, pValue: pValue, bankLabels: sides.bankLabels, layerNames: names,
        calibration: calibration, truth: sides.truth,
        calibrationShare: sides.calibration == nil ? calibrationShare : nil,
        queries: part(sides.querySamples, sides.queryRows),
        outliers: sides.outlierSamples.map { part($0, sides.outlierRows) }, seed: seed,
        memoryLimit: search.machine.memoryLimit, notices: notices)
      analysis.readings =
        [sides.bank.reading(as: "bank")]
        + [sides.calibration].compactMap { $0?.reading(as: "calibration") }
        + (sides.queries + sides.outliers).map { $0.reading(as: $0.address.text) }
      return analysis
    } catch {
      throw AnalysisError("\(sides.bank.address.text): \(error.description)")
    }
  }
}
