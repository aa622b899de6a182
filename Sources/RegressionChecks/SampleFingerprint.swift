package import Entanglement

/// Which samples a checkpoint was measured on, as far as a comparison needs it.
package struct SampleFingerprint: Sendable, Equatable {
  package let sampleCount: Int
  package let classes: [ClassSize]
  /// A digest of the sorted row ids; nil where there are none.
  package let ids: String?
  /// A digest of the class names in the order of the influences: by id where there are ids, else by
  /// position; nil where single samples are not known, as of a report.
  package let labels: String?
  /// Whether the order of the influences is that of the rows.
  package let isInFileOrder: Bool

  package init(
    sampleCount: Int, classes: [ClassSize], ids: String?, labels: String?, isInFileOrder: Bool
  ) {
    self.sampleCount = sampleCount
    self.classes = classes
    self.ids = ids
    self.labels = labels
    self.isInFileOrder = isInFileOrder
  }

  /// How the samples of two runs pair.
  enum Pairing: Equatable {
    case sampleIDs, position
    /// Single samples are not known.
    case none
    /// The numbers are of other samples: why.
    case different(String)
  }

  /// - Parameter baseline: The other run's.
  func pairing(with baseline: SampleFingerprint) -> Pairing {
    guard sampleCount == baseline.sampleCount else {
      return .different(
        "There are \(sampleCount) samples and \(baseline.sampleCount) in the baseline. "
          + "Record the same samples, or renew the baseline.")
    }
    let (here, there) = (populated, baseline.populated)
    guard here == there else {
      let names = Set(here.keys).union(there.keys).filter { here[$0] != there[$0] }.sorted()
      let shown = names.prefix(3).map {
        "\($0) has \(here[$0] ?? 0) samples and \(there[$0] ?? 0) in the baseline"
      }
      return .different(
        "The labels are others: class " + shown.joined(separator: ", class ")
          + ". Record the same samples, or renew the baseline.")
    }
    guard let labels, let others = baseline.labels else { return .none }
    if let ids, let otherIDs = baseline.ids {
      guard ids == otherIDs else {
        return .different(
          "The samples are others, by their sample_ids. Record the same samples, or renew the "
            + "baseline.")
      }
    } else {
      guard isInFileOrder, baseline.isInFileOrder else {
        return .different(
          "\(ids == nil ? "The baseline" : "The file") has sample_ids in another order than its "
            + "rows and \(ids == nil ? "the file" : "the baseline") has none, so rows cannot be "
            + "paired. Record sample_ids, or renew the baseline.")
      }
    }
    guard labels == others else {
      return .different(
        "The labels are others or in another order than the baseline's. Record the same samples "
          + "in the same order or with sample_ids, or renew the baseline.")
    }
    return ids != nil && baseline.ids != nil ? .sampleIDs : .position
  }

  private var populated: [String: Int] {
    Dictionary(classes.filter { $0.count > 0 }.map { ($0.name, $0.count) }) { $0 + $1 }
  }
}
