/// Which rows of two runs are the same samples: by their ids where both have some, else by their place
/// where the labels are the same.
package struct SamplePairing: Sendable, Equatable {
  /// What says that two rows are the same sample.
  package enum Rule: String, Sendable {
    /// Their `sample_ids`.
    case sampleIDs = "sample-ids"
    /// Their place, the labels being the same.
    case position
  }

  /// Why rows do not pair, as it goes on after "because".
  package struct Absence: Error, Sendable, Hashable {
    package let reason: String

    fileprivate init(_ reason: String) {
      self.reason = reason
    }
  }

  package let rule: Rule
  /// For each row of the first run, the row of the second that is the same sample.
  package let rows: [Int]

  /// - Throws: Why the rows do not pair.
  package init(
    _ first: SampleIdentity, _ second: SampleIdentity
  ) throws(Absence) {
    let count = first.labels.count
    guard second.labels.count == count else {
      throw Absence("there are \(count) samples and \(second.labels.count)")
    }
    if let ids = first.ids, let others = second.ids {
      rule = .sampleIDs
      if ids == others {
        rows = Array(0..<count)
      } else {
        let places = Dictionary(others.enumerated().map { ($1, $0) }) { first, _ in first }
        let found = ids.compactMap { places[$0] }
        guard places.count == count, Set(found).count == count else {
          throw Absence("the samples are others, by their sample_ids")
        }
        rows = found
      }
    } else {
      rule = .position
      rows = Array(0..<count)
    }
    for (row, other) in rows.enumerated() where first.labels[row] != second.labels[other] {
      throw Absence("the labels are others, or in another order")
    }
  }

  /// The difference of two losses, second less first, with the interval of paired samples.
  /// - Parameters:
  ///   - first: A loss, the influences of the samples on it, and the rows that have none, ascending.
  ///   - second: The same of the second run.
  /// - Returns: nil where other samples were left out.
  package func difference(
    from first: (loss: Double, influences: [Double], skipped: [Int]),
    to second: (loss: Double, influences: [Double], skipped: [Int])
  ) -> PairedDifference? {
    let others = Self.byRow(second.influences, skipped: second.skipped)
    var paired: [Double] = []
    for (row, influence) in Self.byRow(first.influences, skipped: first.skipped).enumerated() {
      guard row < rows.count, rows[row] < others.count,
        (influence == nil) == (others[rows[row]] == nil)
      else { return nil }
      if let other = others[rows[row]] { paired.append(other) }
    }
    guard paired.count == first.influences.count else { return nil }
    return PairedDifference(
      from: (first.loss, first.influences), to: (second.loss, paired))
  }

  /// nil for rows that were left out.
  private static func byRow(_ influences: [Double], skipped: [Int]) -> [Double?] {
    let skipped = Set(skipped)
    var next = influences.makeIterator()
    return (0..<influences.count + skipped.count).map {
      skipped.contains($0) ? nil : next.next()
    }
  }
}
