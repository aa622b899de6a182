internal import Charts

/// A picture of a report, with the numbers it shows.
struct Figure: Sendable {
  /// The stem of its files.
  let name: String
  let title: String
  /// What it shows, in words and numbers.
  let description: String
  let table: CSVTable
  private let picture: Picture

  private enum Picture {
    case line(LineChart)
    case heatmap(HeatmapChart)
    case multiples(SmallMultiples)
    case grid(ChartGrid)
  }

  init(_ name: String, _ chart: LineChart, table: CSVTable) {
    self.init(name, chart.title, chart.description, table, .line(chart))
  }

  init(_ name: String, _ chart: HeatmapChart, table: CSVTable) {
    self.init(name, chart.title, chart.description, table, .heatmap(chart))
  }

  init(_ name: String, _ chart: SmallMultiples, table: CSVTable) {
    self.init(name, chart.title, chart.description, table, .multiples(chart))
  }

  init(_ name: String, _ chart: ChartGrid, table: CSVTable) {
    self.init(name, chart.title, chart.description, table, .grid(chart))
  }

  private init(
    _ name: String, _ title: String, _ description: String, _ table: CSVTable, _ picture: Picture
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.table = table
    self.picture = picture
  }

  /// The figure of one labeling among several: told apart by its file's name, title and description.
  func of(labeling: String?) -> Figure {
    guard let labeling else { return self }
    return Figure(
      "\(name)-\(labeling.asFileName)", "\(title), by \(labeling)",
      "By the labels \(labeling): \(description)", table, picture)
  }

  func svg(style: FigureStyle, width: Length? = nil, tooltips: Bool = false) -> String {
    switch picture {
    case .line(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: name, tooltips: tooltips)
    case .heatmap(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: name, tooltips: tooltips)
    case .multiples(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: name, tooltips: tooltips)
    case .grid(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: name, tooltips: tooltips)
    }
  }

  func svgFile(_ options: ReportOptions) -> ReportFile {
    ReportFile(
      name: name + ".svg", contents: svg(style: options.figureStyle, width: options.figureWidth))
  }

  var tableFile: ReportFile { ReportFile(name: name + ".csv", contents: table.text) }
}

extension String {
  /// The text without what a file name must not have, nor a shell likes.
  var asFileName: String {
    String(map { $0.isLetter || $0.isNumber || "._-".contains($0) ? $0 : "-" })
  }
}
