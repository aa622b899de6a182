public import Charts
public import Entanglement

/// A file of a report: its name within the folder and its text.
public struct ReportFile: Sendable, Equatable {
  public let name: String
  public let contents: String
}

/// The forms a report takes, each in files of its own.
public enum ReportFormat: String, CaseIterable, Sendable {
  case text, svg, html, json, csv
}

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

/// A number that must not enter a report.
public struct ReportError: Error, Sendable, Equatable, CustomStringConvertible {
  public let checkpoint: String
  public let layer: String
  public let quantity: String

  public var description: String {
    "Checkpoint \(checkpoint), layer \(layer): \(quantity) is not a finite number, so no report is "
      + "written. Leave out extreme temperatures with --relative-temperatures, or the layer with "
      + "--except \(layer)."
  }
}

/// A history, ready to be written: the one place that knows every format. Several labelings of the
/// same samples are a history each.
public struct Report: Sendable {
  /// One or more.
  private let histories: [EntanglementHistory]
  let options: ReportOptions

  /// - Throws: If any number of the history is NaN or infinite.
  public init(
    _ history: EntanglementHistory, options: ReportOptions
  ) throws(ReportError) {
    try self.init([history], options: options)
  }

  /// - Parameter histories: One a labeling, of the same checkpoints; each says its labeling.
  /// - Throws: If any number of a history is NaN or infinite.
  /// - Precondition: One or more, and as many checkpoints in each.
  public init(
    _ histories: [EntanglementHistory], options: ReportOptions
  ) throws(ReportError) {
    precondition(
      Set(histories.map(\.profiles.count)).count == 1,
      "histories of \(histories.map(\.profiles.count)) checkpoints are not of one run")
    for history in histories { try history.requireFinite() }
    self.histories = histories
    self.options = options
  }

  /// The files of one format, in the order in which they are to be put in place.
  public func files(_ format: ReportFormat) -> [ReportFile] {
    switch format {
    case .text:
      [ReportFile(name: "report.txt", contents: terminalText(width: 100, color: false))]
    case .svg: figures.map { $0.svgFile(options) }
    case .html:
      [
        ReportFile(
          name: "report.html",
          contents: HTMLReport(histories, figures: figures, options: options).text)
      ]
    case .json:
      [
        ReportFile(
          name: "report.json", contents: JSONReport(histories, version: options.version).text)
      ]
    case .csv:
      tables { [CSVReport.curves($0), CSVReport.minima($0)] } + figures.map(\.tableFile)
        + tables(CSVReport.changes) + tables(CSVReport.structure) + tables { SampleReport($0).csv }
    }
  }

  /// The text report for a terminal of a given width.
  public func terminalText(width: Int, color: Bool) -> String {
    histories.map { history in
      let heading = history.labeling.map { "By the labels \($0)\n\n" } ?? ""
      return heading + TextReport(history, title: options.title).text(width: width, color: color)
    }.joined(separator: "\n")
  }

  private var figures: [Figure] {
    histories.flatMap { history in
      EntanglementCharts(history).figures.map { $0.of(labeling: history.labeling) }
    }
  }

  /// The tables of every history, those of one name as one.
  private func tables(_ tables: (EntanglementHistory) -> [NamedTable]) -> [ReportFile] {
    let all = histories.flatMap { history in tables(history).map { (history.labeling, $0) } }
    var names: [String] = []
    for (_, item) in all where !names.contains(item.name) { names.append(item.name) }
    return names.map { name in
      let parts = all.filter { $0.1.name == name }.map { (labeling: $0.0, table: $0.1.table) }
      return ReportFile(name: name, contents: CSVTable.merged(parts).text)
    }
  }
}

extension EntanglementHistory {
  /// Throws the first number that is NaN or infinite.
  func requireFinite() throws(ReportError) {
    for profile in profiles {
      for layer in profile.layers {
        for (quantity, value) in layer.entanglement.numbers where !value.isFinite {
          throw ReportError(
            checkpoint: profile.checkpoint, layer: layer.name, quantity: quantity)
        }
      }
    }
  }
}

extension LayerEntanglement {
  /// Every number that a report shows, by name.
  fileprivate var numbers: [(String, Double)] {
    var numbers = [("chance", chance), ("meanDistance", meanDistance)]
    for point in curve {
      let place = "at T = \(point.temperature)"
      numbers += [
        ("the temperature \(place)", point.temperature), ("the loss \(place)", point.loss),
        ("the relative temperature \(place)", point.relativeTemperature),
        ("the slope \(place)", point.slope), ("the perplexity \(place)", point.perplexity),
      ]
    }
    if let minimum {
      numbers += [
        ("the minimum", minimum.loss), ("the minimum's T", minimum.temperature ?? 0),
        ("the minimum's relative T", minimum.relativeTemperature ?? 0),
      ]
    }
    for local in localMinima {
      numbers += [
        ("a local minimum", local.loss), ("a local minimum's T", local.temperature),
        ("a local minimum's relative T", local.relativeTemperature),
      ]
    }
    return numbers + structureNumbers + studyNumbers
  }
}
