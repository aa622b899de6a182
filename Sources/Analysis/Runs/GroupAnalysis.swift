internal import ActivationFiles
internal import Activations
internal import Entanglement
package import Reporting

/// The trainings of groups, each analysed as one run is.
package struct GroupAnalysis: Sendable {
  /// A training, looked at but not computed.
  package struct PlannedRun: Sendable {
    package let group: String
    package let run: RunFiles.Run
    package let plan: AnalysisPlan
  }

  /// By group and run.
  package let groups: [(name: String, runs: [PlannedRun])]

  package var runs: [PlannedRun] { groups.flatMap(\.runs) }

  /// - Throws: What is wrong with the files of a run.
  package init(
    _ groups: [(name: String, files: RunFiles)], options: AnalysisOptions
  ) throws(AnalysisError) {
    var options = options
    // What each file is was decided.
    if options.reading.fileContent == .run { options.reading.fileContent = nil }
    // Runs of other samples are not to be averaged.
    options.keepsIdentity = true
    var planned: [(name: String, runs: [PlannedRun])] = []
    for group in groups {
      var runs: [PlannedRun] = []
      for run in group.files.runs {
        runs.append(
          PlannedRun(
            group: group.name, run: run,
            plan: try AnalysisPlan(files: run.files, options: options)))
      }
      planned.append((group.name, runs))
    }
    self.groups = planned
  }

  /// Reads and computes everything, one run after another.
  /// - Throws: What is wrong with the first layer that fails, unless the options say to go on;
  ///   `AnalysisError.cancelled`.
  package func results(
    cache: String?, scratch: String?, hooks: RunHooks
  ) throws(AnalysisError) -> [RunGroup] {
    var found: [RunGroup] = []
    for group in groups {
      var runs: [GroupRun] = []
      for planned in group.runs {
        let results = try AnalysisRun(
          planned.plan, cache: cache, scratch: scratch, hooks: hooks
        ).results()
        runs.append(
          GroupRun(
            name: planned.run.name, files: planned.run.files, seed: planned.run.seed,
            history: results.histories[0], accuracies: try accuracies(of: planned.plan)))
      }
      found.append(RunGroup(name: group.name, runs: runs))
    }
    return found
  }

  /// The share of samples that the predictions have right, by checkpoint; none where the files hold no
  /// predictions, or these name other classes than the labels do.
  private func accuracies(of plan: AnalysisPlan) throws(AnalysisError) -> [String: Double] {
    var found: [String: Double] = [:]
    for checkpoint in plan.collection.checkpoints {
      do throws(ActivationFileError) {
        guard let predictions = try plan.collection.predictions(of: checkpoint) else { continue }
        let labels = try plan.collection.labels(of: checkpoint)
        guard predictions.count == labels.sampleCount,
          Set(predictions).isSubset(of: labels.names)
        else { continue }
        let right = zip(predictions, labels.indices).count { $0 == labels.names[Int($1)] }
        found[checkpoint.name] = Double(right) / Double(labels.sampleCount)
      } catch {
        guard plan.options.keepsGoing else { throw AnalysisError(error) }
      }
    }
    return found
  }
}
