internal import Activations

/// The samples of one side that are samples of another, too: the same row of the same file, or the
/// same row id.
struct SharedSamples {
  /// For each sample of the side, the rows of the other that it is.
  let twins: [[Int32]]
  /// How that is known, in words.
  let reason: String
  /// Ids that stand on both sides and are numbers of two countings, in words.
  let notice: String?

  var count: Int { twins.count { !$0.isEmpty } }

  /// - Parameters:
  ///   - rows: The rows of the other that serve, in order; nil for all.
  ///   - layer: One that both have, to compare samples by.
  init(
    of side: SampleSource, in other: SampleSource, rows: [Int]? = nil, layer: String
  ) throws(AnalysisError) {
    var twins = [[Int32]](repeating: [], count: side.samples.count)
    let rows = rows ?? Array(0..<other.samples.count)
    var reason = ""
    var notice: String?
    if !Set(side.files).isDisjoint(with: other.files) {
      let places = other.places(in: layer)
      let found = Dictionary(
        rows.enumerated().map { (places[$0.element], Int32($0.offset)) },
        uniquingKeysWith: { first, _ in first })
      for (sample, place) in side.places(in: layer).enumerated() {
        if let row = found[place] { twins[sample] = [row] }
      }
      if twins.contains(where: { !$0.isEmpty }) {
        reason = "the same rows of \(other.address.file)"
      }
    }
    if reason.isEmpty, let own = side.statedIDs, let ids = other.statedIDs {
      let found = Dictionary(
        grouping: rows.indices, by: { ids[rows[$0]] })
      var byID = own.map { id in (found[id] ?? []).map { Int32($0) } }
      let shared = byID.indices.filter { !byID[$0].isEmpty }
      // Numbers may count the samples of each side for themselves.
      if !shared.isEmpty, own.contains(where: { Int64($0) != nil }),
        try !Self.areEqual(
          shared.prefix(200).map { ($0, rows[Int(byID[$0][0])]) }, side, other, layer: layer)
      {
        notice =
          "\(shared.count) row ids of \(side.address.text) stand in \(other.address.text) too, and "
          + "their activations differ: they are taken for other samples, counted anew."
        byID = twins
      }
      twins = byID
      if twins.contains(where: { !$0.isEmpty }) { reason = "the same row ids" }
    }
    self.twins = twins
    self.reason = reason
    self.notice = notice
  }

  /// Whether at least half of the pairs have equal activations, but for rounding.
  private static func areEqual(
    _ pairs: [(Int, Int)], _ side: SampleSource, _ other: SampleSource, layer: String
  ) throws(AnalysisError) -> Bool {
    let own = try side.matrix(layer)
    let others = try other.matrix(layer)
    guard own.featureCount == others.featureCount else { return false }
    let equal = pairs.count { row, otherRow in
      var (difference, size) = (0.0, 0.0)
      for feature in 0..<own.featureCount {
        let (value, other) = (own[row, feature], others[otherRow, feature])
        difference += (value - other) * (value - other)
        size += value * value
      }
      return difference <= 1e-6 * size || difference == 0
    }
    return 2 * equal >= pairs.count
  }
}

/// Where a sample is stored: the same for the same row of the same file, by whatever path and part it
/// was asked for.
struct SamplePlace: Hashable {
  let array: String
  let row: Int
}
