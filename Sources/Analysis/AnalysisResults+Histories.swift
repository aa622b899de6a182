internal import ActivationFiles
internal import Activations
internal import Entanglement

extension AnalysisResults {
  /// Of layers that are computed, here or elsewhere.
  /// - Parameter outcomes: Of every layer of the plan under each labeling, unless one failed.
  /// - Throws: What is wrong with the first layer that failed, unless the plan keeps going;
  ///   `AnalysisError.cancelled`.
  init(
    of plan: AnalysisPlan, _ inputs: [CheckpointInput], _ outcomes: LayerOutcomes
  ) throws(AnalysisError) {
    var histories: [EntanglementHistory] = []
    for labeling in plan.labelings.indices {
      histories.append(try plan.history(of: labeling, inputs, outcomes))
    }
    self.init(plan: plan, histories: histories)
  }
}

extension AnalysisPlan {
  fileprivate func history(
    of labeling: Int, _ inputs: [CheckpointInput], _ outcomes: LayerOutcomes
  ) throws(AnalysisError) -> EntanglementHistory {
    var layers: [[LayerProfile]] = inputs.map { _ in [] }
    var failures: [LayerFailure] = []
    for job in jobs {
      switch outcomes[labeling, job] {
      case .success(let profile): layers[job.checkpoint].append(profile)
      case .failure(let error):
        guard options.keepsGoing, error != .cancelled else { throw error }
        failures.append(
          LayerFailure(
            checkpoint: collection.checkpoints[job.checkpoint].name,
            layer: layer(of: job).name, reason: error.message))
      case nil: break
      }
    }
    var profiles: [EntanglementProfile] = []
    for (index, checkpoint) in collection.checkpoints.enumerated() {
      profiles.append(
        EntanglementProfile(
          checkpoint: checkpoint.name, step: checkpoint.step, file: checkpoint.file,
          layers: layers[index],
          samples: try identity(of: checkpoint, inputs[index].labels[labeling]),
          metrics: try metrics(of: checkpoint)))
    }
    return EntanglementHistory(
      distance: options.settings.distance, quantities: options.settings.quantities,
      profiles: profiles, failures: failures, sampling: sampling,
      labeling: labelings[labeling])
  }

  /// What the file tells of the training at a checkpoint.
  private func metrics(of checkpoint: CheckpointEntry) throws(AnalysisError) -> [TrainingMetric] {
    do throws(ActivationFileError) {
      return try collection.metrics(of: checkpoint).map {
        TrainingMetric(name: $0.name, value: $0.value)
      }
    } catch {
      throw AnalysisError(error)
    }
  }

  /// Which samples the analysed rows are, where something is said of single ones or of pairs.
  private func identity(
    of checkpoint: CheckpointEntry, _ labels: Result<ClassLabels, AnalysisError>
  ) throws(AnalysisError) -> SampleIdentity? {
    guard
      options.keepsIdentity
        || !options.settings.quantities.isDisjoint(with: [.samples, .intervals]),
      case .success(let labels) = labels
    else { return nil }
    return try identity(of: checkpoint, labels)
  }

  /// Which samples the rows are that are analysed of a checkpoint.
  func identity(
    of checkpoint: CheckpointEntry, _ labels: ClassLabels
  ) throws(AnalysisError) -> SampleIdentity {
    do throws(ActivationFileError) {
      let ids = try collection.sampleIDs(of: checkpoint)
      let rows = drawnRows(of: labels)
      return SampleIdentity(
        rows: rows, ids: ids.map { ids in rows.map { ids[$0] } },
        labels: rows.map { labels.names[Int(labels.indices[$0])] })
    } catch {
      throw AnalysisError(error)
    }
  }
}
