/// A sample whose neighbors are of another class than its label, layer after layer.
public struct LabelSuspect: Sendable, Equatable, Codable {
  /// Where it is among the samples that were analysed, counted from 0.
  public let row: Int
  /// The label it has.
  public let label: String
  /// The class that claims it most often.
  public let claimedBy: String
  /// How many layers at how many checkpoints that class claims it in, and how many there are.
  package let claimCount: Int
  package let recordCount: Int
  /// The mean over all of these of the log odds of the claiming class against the label's.
  package let meanOdds: Double
}

extension LabelSuspect {
  /// One layer at one checkpoint.
  package struct Record: Sendable {
    package let samples: SampleNeighborhoods
    /// The classes that claims are indices of.
    package let names: [String]

    package init(_ samples: SampleNeighborhoods, names: [String]) {
      self.samples = samples
      self.names = names
    }
  }

  /// The samples that other classes claim in at least half of the records, surest first.
  ///
  /// A wrong label moves a sample's class, not its neighbors: they claim it for the class it is of
  /// in nearly every layer, while a sample on the border is claimed here and there.
  /// - Parameters:
  ///   - labels: The label of each row, by name.
  ///   - records: Of the same rows under the same labels.
  package static func candidates(labels: [String], records: [Record]) -> [LabelSuspect] {
    var sums = Array(repeating: 0.0, count: labels.count)
    var counts = Array(repeating: 0, count: labels.count)
    var claims: [[String: Int]] = Array(repeating: [:], count: labels.count)
    for record in records {
      let samples = record.samples
      for (place, row) in samples.rows.enumerated() where labels.indices.contains(row) {
        guard let odds = samples.odds[place], let claim = samples.claims[place] else { continue }
        sums[row] += odds
        counts[row] += 1
        if odds > 0 { claims[row][record.names[claim], default: 0] += 1 }
      }
    }
    let suspects = labels.indices.compactMap { row -> LabelSuspect? in
      // Ties go to the name that comes first.
      guard
        let claim = claims[row].max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
        2 * claim.value >= counts[row]
      else { return nil }
      return LabelSuspect(
        row: row, label: labels[row], claimedBy: claim.key, claimCount: claim.value,
        recordCount: counts[row], meanOdds: sums[row] / Double(counts[row]))
    }
    return suspects.sorted {
      $0.meanOdds == $1.meanOdds ? $0.row < $1.row : $0.meanOdds > $1.meanOdds
    }
  }
}
