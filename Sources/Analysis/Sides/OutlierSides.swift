internal import ActivationFiles
internal import Activations
internal import Neighbors

/// The sides of a run for outliers, resolved: where each is, which rows of it serve, and their classes.
struct OutlierSides {
  let bank: SampleSource
  /// What all sides must have in common.
  let checks: SideChecks
  /// The rows of the bank that serve; nil for all.
  let bankRows: [Int]?
  /// The classes of these.
  let bankLabels: ClassLabels
  /// nil where a share of the bank calibrates.
  let calibration: SampleSource?
  /// The rows of the bank that calibrate; nil where calibration samples are given.
  let calibrationRows: [Int]?
  /// The classes of the calibration samples, in the bank's terms.
  let truth: [Int32]
  let queries: [SampleSource]
  let outliers: [SampleSource]
  /// The samples in distribution, and their rows in the queries followed by the outliers.
  let querySamples: SampleSet
  let queryRows: [Int]
  /// The samples out of distribution, and their rows.
  let outlierSamples: SampleSet?
  let outlierRows: [Int]

  init(_ run: OutlierRun) throws(AnalysisError) {
    let reading = run.reading.on(run.search.machine)
    var bankAddress = run.bank.map { SampleAddress($0) }
    var calibrationAddress = run.calibration.map { SampleAddress($0) }
    var queryAddresses = run.files.map { SampleAddress($0) }
    var outlierAddresses = run.outliers.map { SampleAddress($0) }
    if bankAddress == nil {
      guard queryAddresses.count == 1, queryAddresses[0].part == nil,
        let parts = try FileParts(file: queryAddresses[0].file, reading: reading)
      else {
        throw AnalysisError(
          "\(run.files[0]): without --bank there is nothing to look queries up in, and the file "
            + "has no parts named train and test (groups, or entries of a dataset named split). "
            + "Give the training samples with --bank FILE.h5 or --bank FILE.h5:PART.")
      }
      bankAddress = parts.bank
      queryAddresses = [parts.queries]
      if calibrationAddress == nil { calibrationAddress = parts.calibration }
      if outlierAddresses.isEmpty, let found = parts.outliers { outlierAddresses = [found] }
    }
    let bank = try SampleSource(
      bankAddress ?? queryAddresses[0], role: "--bank", reading: reading)
    let labels = try bank.requiredLabels()
    func source(_ address: SampleAddress, _ role: String) throws(AnalysisError) -> SampleSource {
      try SampleSource(address, role: role, reading: reading, classNames: labels.names)
    }
    self.bank = bank
    let checks = SideChecks(bank: bank, labels: labels)
    self.checks = checks
    if let address = calibrationAddress {
      let given = try source(address, "--calibration")
      calibration = given
      calibrationRows = nil
      bankRows = nil
      bankLabels = labels
      _ = try given.requiredLabels()
      truth = try checks.requireKnownClasses(
        given, remedy: "Calibrate with samples of the bank's classes.")
    } else {
      var generator = SplitMix64(seed: run.seed)
      guard labels.sampleCount > 1 else {
        throw AnalysisError("\(bank.address.text): a bank of one sample cannot be parted.")
      }
      let split = CalibrationSplit(
        of: labels, share: run.calibrationShare, using: &generator)
      calibration = nil
      calibrationRows = split.calibration
      bankRows = split.bank
      bankLabels = labels.rows(split.bank)
      truth = split.calibration.map { labels.indices[$0] }
    }
    var queries: [SampleSource] = []
    for address in queryAddresses { queries.append(try source(address, address.text)) }
    var outliers: [SampleSource] = []
    for address in outlierAddresses { outliers.append(try source(address, "--outliers")) }
    self.queries = queries
    self.outliers = outliers
    var (inside, outside): ([Int], [Int]) = ([], [])
    var first = 0
    for side in queries {
      let rows = first..<first + side.samples.count
      first = rows.upperBound
      if !run.takesUnknownClassesAsOutliers { try checks.requireSharedClass(side) }
      let unknown = checks.unknownRows(of: side).map { $0 + rows.lowerBound }
      if !unknown.isEmpty, !run.takesUnknownClassesAsOutliers {
        throw Self.unknownClasses(
          side, rows: unknown.map { $0 - rows.lowerBound }, bank: bank.address)
      }
      let isUnknown = Set(unknown)
      inside += rows.filter { !isUnknown.contains($0) }
      outside += unknown
    }
    let all = SampleSet.joining(queries.map(\.samples))
    let outlierSets =
      (outside.isEmpty ? [] : [all.rows(outside)]) + outliers.map(\.samples)
    outlierSamples = outlierSets.isEmpty ? nil : SampleSet.joining(outlierSets)
    outside += first..<first + outliers.reduce(0) { $0 + $1.samples.count }
    guard !inside.isEmpty else {
      throw AnalysisError(
        "\(queries[0].address.text): every query is of a class that the bank has not, so none is "
          + "in distribution. Give such samples with --outliers.")
    }
    querySamples = all.rows(inside)
    queryRows = inside
    outlierRows = outside
  }

  /// Where the network's predictions are known of some sides only.
  var predictionNotices: [String] {
    let all = queries + outliers
    func names(_ isKnown: Bool) -> String {
      all.filter { ($0.samples.predictions != nil) == isKnown }.map(\.address.text)
        .joined(separator: ", ")
    }
    guard !outliers.isEmpty, !names(true).isEmpty, !names(false).isEmpty else { return [] }
    return [
      "what the network predicts is known of \(names(true)), but not of \(names(false)), so neighbors of "
        + "its class are not counted. Store predictions or logits with all samples."
    ]
  }

  private static func unknownClasses(
    _ side: SampleSource, rows: [Int], bank: SampleAddress
  ) -> AnalysisError {
    let names = Set(rows.compactMap { side.samples.className(of: $0) })
      .sorted { $0.naturallyPrecedes($1) }
    return AnalysisError(
      "\(side.address.text): \(rows.count) samples are of the classes "
        + "\(names.prefix(5).joined(separator: ", ")), which \(bank.text) has no sample of. Give "
        + "them with --outliers, or take them as outliers with --unknown-classes-are-outliers.")
  }
}
