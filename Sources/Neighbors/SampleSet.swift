package import Activations

/// What is known of the samples of one side, besides their activations.
public struct SampleSet: Sendable {
  /// The file, as its path was given; one for each sample where they come from several.
  package let files: [String]
  /// The part of the file, as it was asked for; empty for all of it. One for each sample.
  package let parts: [String]
  /// Row ids as text; the row's number where the file has none.
  public let ids: [String]
  /// The classes, if they are known.
  package let labels: ClassLabels?
  /// What the model says they are, as class names, if that is known.
  package let predictions: [String]?
  /// The model's confidence in that, 0…1, if that is known.
  package let confidences: [Double]?

  package var count: Int { ids.count }

  /// - Precondition: as many of each as there are ids.
  package init(
    files: [String], parts: [String]? = nil, ids: [String], labels: ClassLabels? = nil,
    predictions: [String]? = nil, confidences: [Double]? = nil
  ) {
    precondition(
      files.count == ids.count && (parts?.count ?? ids.count) == ids.count
        && (labels?.sampleCount ?? ids.count) == ids.count
        && (predictions?.count ?? ids.count) == ids.count
        && (confidences?.count ?? ids.count) == ids.count,
      "\(ids.count) ids, but another number of files, labels, predictions or confidences")
    self.files = files
    self.parts = parts ?? Array(repeating: "", count: ids.count)
    self.ids = ids
    self.labels = labels
    self.predictions = predictions
    self.confidences = confidences
  }

  /// The name of a sample's class.
  package func className(of sample: Int) -> String? {
    labels.map { $0.names[Int($0.indices[sample])] }
  }

  /// `FILE` or `FILE:PART` of each sample, as it was given.
  package var partNames: [String] {
    zip(files, parts).map { $1.isEmpty ? $0 : "\($0):\($1)" }
  }

  /// The samples of all sets, one after another; what one of them lacks is lacking.
  package static func joining(_ sets: [SampleSet]) -> SampleSet {
    func joined<Value>(_ parts: [[Value]?]) -> [Value]? {
      let known = parts.compactMap(\.self)
      return known.count == parts.count ? known.flatMap { $0 } : nil
    }
    if sets.count == 1 { return sets[0] }
    let names = joined(
      sets.map { set in set.labels.map { l in l.indices.map { l.names[Int($0)] } } })
    return SampleSet(
      files: sets.flatMap(\.files), parts: sets.flatMap(\.parts), ids: sets.flatMap(\.ids),
      labels: names.map { ClassLabels($0) },
      predictions: joined(sets.map(\.predictions)), confidences: joined(sets.map(\.confidences)))
  }

  package func rows(_ rows: [Int]) -> SampleSet {
    SampleSet(
      files: rows.map { files[$0] }, parts: rows.map { parts[$0] }, ids: rows.map { ids[$0] },
      labels: labels?.rows(rows),
      predictions: predictions.map { all in rows.map { all[$0] } },
      confidences: confidences.map { all in rows.map { all[$0] } })
  }
}
