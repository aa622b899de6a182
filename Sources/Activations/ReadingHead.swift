/// What was read of files and by which choices: for the head of every report, so that no choice goes
/// unsaid.
package struct ReadingHead: Sendable, Equatable {
  /// Labels, and how they were matched to the samples.
  package struct Labels: Sendable, Equatable {
    /// Where they came from: `/obs/batch`, `labels.csv:species`.
    package let from: String
    /// `position` or `id`.
    package let by: String
    /// Whether they lie apart from the activations.
    package let isElsewhere: Bool

    package init(from: String, by: String, isElsewhere: Bool) {
      self.from = from.visible
      self.by = by
      self.isElsewhere = isElsewhere
    }
  }

  /// Samples that have names, in an order of these.
  package struct SampleOrder: Sendable, Equatable {
    /// `natural`, `name` or `creation`.
    package let name: String
    /// The name of the first sample.
    package let first: String

    package init(name: String, first: String) {
      self.name = name
      self.first = first.visible
    }
  }

  /// One a labeling; none where there are no labels.
  package let labels: [Labels]
  /// The axis of the samples, counted from 0; nil where samples are datasets of their own, or layers
  /// differ.
  package let sampleAxis: Int?
  /// What orders samples that are datasets, groups or files: `natural`, `name` or `creation`, and the
  /// name of the first; nil where samples are rows.
  package let sampleOrder: SampleOrder?
  /// The split, where the files have several.
  package let split: String?
  /// What gave the order of the layers: `name`, `creation`, `attribute` or `given`.
  package let layerOrder: String
  /// Rows behind the number of samples that are padding.
  package let paddingCount: Int
  /// The checkpoint that was taken, where it is the last of several; nil where all count.
  package var checkpoint: String?

  package init(
    labels: [Labels], sampleAxis: Int?, sampleOrder: SampleOrder?, split: String?,
    layerOrder: String, paddingCount: Int
  ) {
    self.labels = labels
    self.sampleAxis = sampleAxis
    self.sampleOrder = sampleOrder
    self.split = split?.visible
    self.layerOrder = layerOrder
    self.paddingCount = paddingCount
  }
}
