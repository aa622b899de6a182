public import Charts

/// How a report looks.
public struct ReportOptions: Sendable {
  package var figureStyle: FigureStyle
  /// nil for the style's own.
  package var figureWidth: Length?
  package var look: FigureLook
  /// The program's version, for provenance.
  package var version: String
  /// What the report is about: the stem of the first file.
  package var title: String
  /// How the run was set up, for provenance.
  package var settings: [Setting]
  /// Where the labels of each checkpoint came from, for provenance.
  package var labels: [String: String]
  /// What was read and by which choices; none where that is not known.
  package var readings: [NamedReading] = []

  /// A choice that had a part in the result.
  public struct Setting: Sendable, Equatable {
    package let name: String
    package let value: String

    /// By its name and what was chosen, both for a reader.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// - Parameters:
  ///   - figureWidth: The style's own where it is nil.
  ///   - look: What figures show, and how.
  ///   - version: The program's, for provenance.
  ///   - title: What the report is about.
  ///   - settings: How the run was set up, for provenance.
  ///   - labels: Where the labels of each checkpoint came from, for provenance.
  public init(
    figureStyle: FigureStyle = .screen, figureWidth: Length? = nil, look: FigureLook = FigureLook(),
    version: String, title: String, settings: [Setting] = [], labels: [String: String] = [:]
  ) {
    self.figureStyle = figureStyle
    self.figureWidth = figureWidth
    self.look = look
    self.version = version
    self.title = title
    self.settings = settings
    self.labels = labels
  }
}
