package import ActivationFiles
internal import Activations
internal import Reporting

extension ActivationCollection {
  /// What is read of the files and by which choices; nil without a checkpoint.
  var readingHead: ReadingHead? { checkpoints.first.map { readingHead(of: $0) } }

  /// The same and what reading decided, in sentences.
  package var notesOnReading: [String] {
    (readingHead.map { [[NamedReading("", $0)].sentence] } ?? []) + notes
  }

  /// The same of one checkpoint.
  func readingHead(of checkpoint: CheckpointEntry) -> ReadingHead {
    let labels = checkpoint.labelings.indices.compactMap { index -> ReadingHead.Labels? in
      let labeling = checkpoint.labelings[index]
      guard let place = labeling.path,
        let found = try? joinedLabels(of: checkpoint, labeling: index)
      else { return nil }
      return ReadingHead.Labels(
        from: place, by: found.join.name, isElsewhere: labeling.isElsewhere)
    }
    return ReadingHead(
      labels: labels, sampleAxis: checkpoint.sampleAxis,
      sampleOrder: firstSampleName(of: checkpoint).map {
        .init(name: (sampleOrdering ?? .natural).rawValue, first: $0)
      }, split: checkpoint.split,
      layerOrder: layerOrder.rawValue, paddingCount: checkpoint.paddingCount)
  }
}
