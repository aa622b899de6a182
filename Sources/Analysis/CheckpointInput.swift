internal import ActivationFiles
internal import Activations

/// What is known of a checkpoint before anything is computed.
struct CheckpointInput: Sendable {
  /// By labeling.
  let labels: [Result<ClassLabels, AnalysisError>]
  /// Of each layer, by the schedule.
  let temperatures: Result<[Double?], AnalysisError>

  /// How many classes the labeling with most has.
  var mostClasses: Int {
    labels.map { (try? $0.get().names.count) ?? 0 }.max() ?? 0
  }

  /// One for each checkpoint of a plan.
  /// - Parameter wanted: The places of checkpoints that are read; nil for all. The others have no labels.
  /// - Throws: What is wrong with one, unless the plan keeps going; `AnalysisError.cancelled`.
  static func all(
    of plan: AnalysisPlan, _ hooks: RunHooks, only wanted: Set<Int>? = nil
  ) throws(AnalysisError) -> [CheckpointInput] {
    var inputs: [CheckpointInput] = []
    for (index, checkpoint) in plan.collection.checkpoints.enumerated() {
      if let wanted, !wanted.contains(index) {
        inputs.append(CheckpointInput(labels: [], temperatures: .success([])))
        continue
      }
      try hooks.throwIfCancelled()
      let input = CheckpointInput(checkpoint, of: plan)
      if !plan.options.keepsGoing {
        for labels in input.labels { _ = try labels.get() }
        _ = try input.temperatures.get()
      }
      inputs.append(input)
    }
    return inputs
  }

  private init(
    labels: [Result<ClassLabels, AnalysisError>], temperatures: Result<[Double?], AnalysisError>
  ) {
    self.labels = labels
    self.temperatures = temperatures
  }

  private init(_ checkpoint: CheckpointEntry, of plan: AnalysisPlan) {
    labels = plan.labelings.indices.map { labeling in
      Result { () throws(ActivationFileError) in
        try plan.collection.labels(of: checkpoint, labeling: labeling)
      }.mapError { AnalysisError($0) }
    }
    temperatures = Result { () throws(AnalysisError) in
      guard let schedule = plan.options.schedule else { return checkpoint.layers.map { _ in nil } }
      return try plan.collection.temperatures(of: checkpoint, by: schedule)
    }
  }
}

/// Labelings of a layer that look at the same rows, and so share what is read and the distances.
struct LabelingGroup {
  /// The rows that are analysed; nil for all.
  let rows: [Int]?
  /// The places among the plan's labelings.
  private(set) var labelings: [Int] = []
  /// Of all rows of the layer, by labeling.
  private(set) var labels: [ClassLabels] = []

  static func groups(
    of layer: LayerEntry, _ input: CheckpointInput, _ plan: AnalysisPlan
  ) -> (groups: [LabelingGroup], failures: [(labeling: Int, error: AnalysisError)]) {
    var groups: [LabelingGroup] = []
    var failures: [(labeling: Int, error: AnalysisError)] = []
    for (labeling, labels) in input.labels.enumerated() {
      switch labels {
      case .success(let labels):
        let rows = plan.drawnRows(of: layer, labels)
        let same = groups.firstIndex { $0.rows == rows }
        if same == nil { groups.append(LabelingGroup(rows: rows)) }
        groups[same ?? groups.count - 1].labelings.append(labeling)
        groups[same ?? groups.count - 1].labels.append(labels)
      case .failure(let error): failures.append((labeling, error))
      }
    }
    return (groups, failures)
  }

  private init(rows: [Int]?) {
    self.rows = rows
  }
}
