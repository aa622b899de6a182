internal import ActivationFiles
public import Charts
public import Entanglement
public import Reporting

/// What a run came to.
public struct AnalysisResults: Sendable {
  /// What was run.
  package let plan: AnalysisPlan
  /// One for each labeling of the plan, of the same checkpoints.
  public let histories: [EntanglementHistory]

  init(plan: AnalysisPlan, histories: [EntanglementHistory]) {
    self.plan = plan
    self.histories = histories
  }

  /// The layers that could not be computed, where the plan keeps going.
  public var failures: [LayerFailure] { histories.flatMap(\.failures) }

  /// The results with their provenance, ready to be written in every format.
  /// - Parameters:
  ///   - figureStyle: The figures' size and text.
  ///   - figureWidth: nil for the style's own.
  /// - Throws: If any number is NaN or infinite.
  public func report(
    figureStyle: FigureStyle = .screen, figureWidth: Length? = nil,
    look: FigureLook = FigureLook()
  ) throws(AnalysisError) -> Report {
    var options = ReportOptions(
      figureStyle: figureStyle, figureWidth: figureWidth, look: look, version: Version.current,
      title: plan.files.first?.fileStem ?? "", settings: plan.provenance,
      labels: plan.labelPlaces)
    options.readings = plan.readingHead.map { [NamedReading("", $0)] } ?? []
    do throws(ReportError) {
      return try Report(histories, options: options)
    } catch {
      throw AnalysisError(error.description)
    }
  }
}
