internal import Charts

/// A picture of a report, with the numbers it shows.
struct Figure: Sendable {
  /// The stem of its files.
  let name: String
  let title: String
  /// What it shows, in words and numbers.
  let description: String
  /// nil where the report's own tables have them.
  let table: CSVTable?
  let place: Place
  private let picture: Picture
  private let idPrefix: String

  /// Where a figure stands among the others, the first first.
  enum Place: CaseIterable {
    case training, temperature, matrices, classes, samples, studies, schedule
  }

  /// A chart of any kind.
  enum Picture {
    case line(LineChart)
    case stack(LineStack)
    case heatmap(HeatmapChart)
    case histogram(HistogramChart)
    case multiples(SmallMultiples)
    case grid(ChartGrid)
    case matrices(MatrixGrid)
  }

  /// - Parameter idPrefix: Stands before the ids of the picture; the name where it is nil.
  init(
    _ name: String, _ picture: Picture, table: CSVTable? = nil, place: Place = .training,
    idPrefix: String? = nil
  ) {
    let (title, description) =
      switch picture {
      case .line(let chart): (chart.title, chart.description)
      case .stack(let chart): (chart.title, chart.description)
      case .heatmap(let chart): (chart.title, chart.description)
      case .histogram(let chart): (chart.title, chart.description)
      case .multiples(let chart): (chart.title, chart.description)
      case .grid(let chart): (chart.title, chart.description)
      case .matrices(let chart): (chart.title, chart.description)
      }
    self.init(name, title, description, table, place, picture, idPrefix ?? name)
  }

  private init(
    _ name: String, _ title: String, _ description: String, _ table: CSVTable?, _ place: Place,
    _ picture: Picture, _ idPrefix: String
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.table = table
    self.place = place
    self.picture = picture
    self.idPrefix = idPrefix
  }

  /// The figure of losses that are estimates, and says so; the sample map shows no loss.
  var ofEstimate: Figure {
    guard place != .samples else { return self }
    return Figure(
      name, "\(title) (estimate)", "Estimates from anchors. \(description)", table, place, picture,
      idPrefix)
  }

  /// The figure of one labeling among several: told apart by its file's name, title and
  /// description.
  func of(labeling: String?) -> Figure {
    guard let labeling else { return self }
    let name = "\(name)-\(labeling.asFileName)"
    return Figure(
      name, "\(title), by \(labeling)", "By the labels \(labeling): \(description)", table, place,
      picture, name)
  }

  /// The figure with the title it is to have, letters before those of its panels, and the colours of
  /// its lines.
  func looking(_ look: FigureLook) -> Figure {
    guard look.hasPanelLetters || !look.titles.isEmpty || !look.layerColors.isEmpty else {
      return self
    }
    var letters = look.hasPanelLetters ? PanelLetters() : nil
    let colors = Dictionary(
      look.layerColors.map { (look.layerNames[$0.key] ?? $0.key, $0.value) },
      uniquingKeysWith: { first, _ in first })
    var picture = picture
    switch picture {
    case .line(var chart):
      chart.series = chart.series.map { $0.colored(colors) }
      picture = .line(chart)
    case .stack(var chart):
      for index in chart.panels.indices {
        chart.panels[index].series = chart.panels[index].series.map { $0.colored(colors) }
      }
      picture = .stack(chart)
    case .multiples(var chart):
      for index in chart.panels.indices {
        chart.panels[index].title =
          letters?.next(before: chart.panels[index].title) ?? chart.panels[index].title
        chart.panels[index].series = chart.panels[index].series.map { $0.colored(colors) }
      }
      picture = .multiples(chart)
    case .histogram(var chart):
      for index in chart.panels.indices where chart.panels.count > 1 {
        chart.panels[index].title =
          letters?.next(before: chart.panels[index].title) ?? chart.panels[index].title
      }
      picture = .histogram(chart)
    case .grid(var chart):
      chart.panels = chart.panels.map { panel in
        guard case .scatter(var scatter) = panel else { return panel }
        scatter.title = letters?.next(before: scatter.title) ?? scatter.title
        return .scatter(scatter)
      }
      picture = .grid(chart)
    case .matrices(var chart):
      chart.hasLetters = look.hasPanelLetters
      picture = .matrices(chart)
    case .heatmap: break
    }
    return Figure(
      name, look.titles[name] ?? title, description, table, place, picture, idPrefix)
  }

  func svg(style: FigureStyle, width: Length? = nil, tooltips: Bool = false) -> String {
    switch picture {
    case .line(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: idPrefix, tooltips: tooltips)
    case .stack(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: idPrefix, tooltips: tooltips)
    case .heatmap(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: idPrefix, tooltips: tooltips)
    case .histogram(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: idPrefix)
    case .multiples(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: idPrefix, tooltips: tooltips)
    case .grid(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: idPrefix, tooltips: tooltips)
    case .matrices(var chart):
      (chart.title, chart.description) = (title, description)
      return chart.svg(style: style, width: width, idPrefix: idPrefix, tooltips: tooltips)
    }
  }

  var namedTable: NamedTable? { table.map { NamedTable(name: name + ".csv", table: $0) } }
}

extension Series {
  /// The line in the colour that its name has among these.
  fileprivate func colored(_ colors: [String: RGB]) -> Series {
    guard let color = colors[name] else { return self }
    var copy = self
    copy.color = color
    return copy
  }

  /// The place of a line among `count`, 0…1, which its colour follows.
  static func depth(_ index: Int, of count: Int) -> Double {
    count > 1 ? Double(index) / Double(count - 1) : 0
  }
}

extension String {
  /// The text without what a file name must not have, nor a shell likes.
  var asFileName: String {
    String(map { $0.isLetter || $0.isNumber || "._-".contains($0) ? $0 : "-" })
  }
}
