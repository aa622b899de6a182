public import Charts

/// How a report looks.
public struct ReportOptions: Sendable {
  public var figureStyle: FigureStyle
  /// nil for the style's own.
  public var figureWidth: Length?
  /// The program's version, for provenance.
  public var version: String
  /// What the report is about: the stem of the first file.
  public var title: String
  /// How the run was set up, for provenance.
  public var settings: [Setting]
  /// Where the labels of each checkpoint came from, for provenance.
  public var labels: [String: String]

  /// A choice that had a part in the result.
  public struct Setting: Sendable, Equatable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    figureStyle: FigureStyle = .screen, figureWidth: Length? = nil, version: String, title: String,
    settings: [Setting] = [], labels: [String: String] = [:]
  ) {
    self.figureStyle = figureStyle
    self.figureWidth = figureWidth
    self.version = version
    self.title = title
    self.settings = settings
    self.labels = labels
  }
}
