internal import Charts

/// A picture of a report, with the numbers it shows.
struct Figure: Sendable {
  /// The stem of its files.
  let name: String
  let title: String
  /// What it shows, in words and numbers.
  let description: String
  let table: CSVTable
  private let render: @Sendable (FigureStyle, Length?, Bool) -> String

  init(_ name: String, _ chart: LineChart, table: CSVTable) {
    self.name = name
    title = chart.title
    description = chart.description
    self.table = table
    render = { chart.svg(style: $0, width: $1, idPrefix: name, tooltips: $2) }
  }

  init(_ name: String, _ chart: HeatmapChart, table: CSVTable) {
    self.name = name
    title = chart.title
    description = chart.description
    self.table = table
    render = { chart.svg(style: $0, width: $1, idPrefix: name, tooltips: $2) }
  }

  init(_ name: String, _ chart: SmallMultiples, table: CSVTable) {
    self.name = name
    title = chart.title
    description = chart.description
    self.table = table
    render = { chart.svg(style: $0, width: $1, idPrefix: name, tooltips: $2) }
  }

  init(_ name: String, _ chart: ChartGrid, table: CSVTable) {
    self.name = name
    title = chart.title
    description = chart.description
    self.table = table
    render = { chart.svg(style: $0, width: $1, idPrefix: name, tooltips: $2) }
  }

  func svg(style: FigureStyle, width: Length? = nil, tooltips: Bool = false) -> String {
    render(style, width, tooltips)
  }

  func svgFile(_ options: ReportOptions) -> ReportFile {
    ReportFile(
      name: name + ".svg", contents: svg(style: options.figureStyle, width: options.figureWidth))
  }

  var tableFile: ReportFile { ReportFile(name: name + ".csv", contents: table.text) }
}
