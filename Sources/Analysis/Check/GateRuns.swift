internal import ActivationFiles
internal import RegressionChecks
internal import Reporting

/// Trainings of one network that differ in their seed, as a baseline keeps them and a check takes them:
/// measured one after another, and averaged.
struct GateRuns {
  /// What messages call the files together.
  let title: String
  let runs: [RunFiles.Run]
  private let options: AnalysisOptions

  /// - Returns: nil where nobody said that each file is a training.
  /// - Throws: What is wrong with the files; where two are one.
  init?(_ files: [String], title: String?, options: AnalysisOptions) throws(AnalysisError) {
    guard options.reading.fileContent == .run else { return nil }
    self.title = title ?? "--each-file run"
    runs = try RunFiles(group: self.title, paths: files, reading: options.reading).runs
    var options = options
    options.reading.fileContent = nil
    self.options = options
  }

  /// How many files there are, folders and patterns looked into.
  static func fileCount(_ files: [String]) throws(AnalysisError) -> Int {
    do throws(ActivationFileError) {
      return try ActivationCollection.files(at: files).count
    } catch {
      throw AnalysisError(error)
    }
  }

  /// - Parameter measure: Measures a training, and keeps the checkpoints that count.
  func averaged(
    _ measure: (AnalysisPlan, RunFiles.Run) throws(AnalysisError) -> RunMeasurements
  ) throws(AnalysisError) -> RunMeasurements {
    var measured: [(name: String, measurements: RunMeasurements)] = []
    for run in runs {
      let plan = try AnalysisPlan(files: run.files, options: options)
      try plan.requireOneLabeling()
      try plan.requireOneRun()
      measured.append((run.name, try measure(plan, run)))
    }
    do throws(RunMeasurements.Mismatch) {
      return try RunMeasurements(averaging: measured)
    } catch {
      throw AnalysisError("\(title): \(error.message)")
    }
  }
}
