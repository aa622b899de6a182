internal import Activations
internal import Neighbors

/// What the sides of a comparison must have in common, whatever it is for, and what is said of them.
struct SideChecks {
  let bank: SampleSource
  /// The classes of the bank.
  let labels: ClassLabels
  /// What was decided and may surprise, in words.
  private(set) var notices: [String] = []

  init(bank: SampleSource, labels: ClassLabels) {
    self.bank = bank
    self.labels = labels
  }

  // MARK: Classes

  /// The rows of a side that are of classes without a sample in the bank; none without labels.
  func unknownRows(of side: SampleSource) -> [Int] {
    let classes = side.samples.labels?.indices(in: labels.names) ?? []
    return classes.indices.filter { classes[$0] == nil }
  }

  /// Throws where a side has labels and the bank has a sample of none of their classes: they are
  /// written in two ways, or are other labels.
  func requireSharedClass(_ side: SampleSource) throws(AnalysisError) {
    let unknown = unknownRows(of: side)
    guard !unknown.isEmpty, unknown.count == side.samples.count else { return }
    throw AnalysisError(
      "\(side.address.text): row \(unknown[0]) is of class "
        + "\(side.samples.className(of: unknown[0]) ?? ""), which \(bank.address.text) has no sample "
        + "of, and so are all others: its classes are \(listed(labels.names)). Store the labels of "
        + "both in the same way, or name others with --labels.")
  }

  /// - Parameter remedy: What else can be done about it.
  func requireKnownClasses(
    _ side: SampleSource, remedy: String
  ) throws(AnalysisError) -> [Int32] {
    guard let own = side.samples.labels else { return [] }
    let classes = own.indices(in: labels.names)
    if let row = classes.firstIndex(where: { $0 == nil }) {
      throw AnalysisError(
        "\(side.address.text): row \(row) is of class \(side.samples.className(of: row) ?? ""), which "
          + "\(bank.address.text) has no sample of. \(remedy)")
    }
    return classes.compactMap(\.self)
  }

  /// What counts as wrong or is left out.
  mutating func noteClasses(of queries: SampleSet, sides: [SampleSource]) {
    if queries.labels == nil, let problem = sides.lazy.compactMap(\.labelsProblem).first {
      notices.append("without labels of the queries no accuracy: \(problem)")
    } else {
      let unknown = queries.labels?.indices(in: labels.names).count { $0 == nil } ?? 0
      if unknown > 0 {
        notices.append(
          "\(unknown) of \(queries.count) queries are of classes that the bank has not; no "
            + "neighbor can be right about them, and they count as wrong.")
      }
    }
    let model = queries.predictions.map { ClassLabels($0) }
    if let model, model.indices(in: labels.names).allSatisfy({ $0 == nil }) {
      notices.append(
        "the model's predictions (\(listed(model.names))) are none of the bank's classes "
          + "(\(listed(labels.names))): what is said of them means nothing.")
    }
  }

  private func listed(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " …" : "")
  }

  // MARK: Samples that both sides have

  /// The rows of the bank that each sample of a side is.
  ///
  /// - Parameters:
  ///   - rows: The rows of the bank that serve; nil for all.
  ///   - what: What the samples are called: queries.
  mutating func twins(
    of side: SampleSource, rows: [Int]? = nil, layer: String, what: String
  ) throws(AnalysisError) -> [[Int32]] {
    let shared = try SharedSamples(of: side, in: bank, rows: rows, layer: layer)
    if let notice = shared.notice { notices.append(notice) }
    if shared.count > 0 {
      notices.append(
        "\(shared.count) of \(side.samples.count) \(what) are samples of the bank, too "
          + "(\(shared.reason)): each is left out of its own neighbors.")
    }
    return shared.twins
  }

  /// The calibration samples that each sample of a side is, which count nothing for it.
  mutating func calibrationTwins(
    of side: SampleSource, in calibration: SampleSource, rows: [Int]?, layer: String
  ) throws(AnalysisError) -> [[Int32]] {
    let shared = try SharedSamples(of: side, in: calibration, rows: rows, layer: layer)
    if shared.count > 0 {
      notices.append(
        "\(shared.count) of \(side.samples.count) samples of \(side.address.text) are calibration "
          + "samples, too (\(shared.reason)): each is judged by the others.")
    }
    return shared.twins
  }
}
