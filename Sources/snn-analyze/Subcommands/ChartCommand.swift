import ActivationFiles
import ArgumentParser
import Charts
import Platform

/// Draws columns of a CSV file as lines, as every figure of a report is drawn: for the figures of
/// `Scripts/bench`, and for tables of one's own beside a report's.
struct ChartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chart", abstract: "Draw columns of a CSV file as lines.", shouldDisplay: false)

  @Argument(help: ArgumentHelp("The table.", valueName: "data.csv"))
  var file: String

  @Option(help: ArgumentHelp("The column of abscissas.", valueName: "column"))
  var x: String

  @Option(help: ArgumentHelp("The column of ordinates.", valueName: "column"))
  var y: String

  @Option(help: ArgumentHelp("The column that names the line of each row.", valueName: "column"))
  var series: String?

  @Option(help: "The title.")
  var title = ""

  @Option(help: "What the horizontal axis shows.")
  var xLabel: String?

  @Option(help: "What the vertical axis shows.")
  var yLabel: String?

  @Flag(help: "Make both axes logarithmic.")
  var logarithmic = false

  @Option(help: "The figure's size and text.")
  var figureStyle: FigureStyle = .screen

  @Option(
    name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "figure.svg"))
  var output: String

  func run() throws {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw CommandError("\(file): cannot be read as text. Check the path.")
    }
    let rows = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = rows.first ?? []
    func place(_ name: String) throws -> Int {
      guard let place = header.firstIndex(of: name) else {
        throw CommandError(
          "\(file): there is no column \(name); there are \(header.joined(separator: ", ")).")
      }
      return place
    }
    let (x, y) = (try place(x), try place(y))
    let name = try series.map(place)
    var lines: [(name: String, points: [Series.Point])] = []
    for (number, row) in rows.dropFirst().enumerated() {
      guard row.count == header.count, let abscissa = Double(row[x]), let ordinate = Double(row[y])
      else {
        throw CommandError(
          "\(file): line \(number + 2) has no numbers in the columns \(header[x]) and \(header[y])."
        )
      }
      let line = name.map { row[$0] } ?? header[y]
      let index =
        lines.firstIndex { $0.name == line }
        ?? {
          lines.append((line, []))
          return lines.count - 1
        }()
      lines[index].points.append(.init(abscissa, ordinate))
    }
    let kind: Axis.Kind = logarithmic ? .log : .linear
    let chart = LineChart(
      title: title, xAxis: Axis(label: xLabel ?? header[x], kind: kind),
      yAxis: Axis(label: yLabel ?? header[y], kind: kind),
      series: lines.map { Series(name: $0.name, points: $0.points) },
      description: "\(header[y]) over \(header[x]): "
        + lines.map(\.name).joined(separator: ", ") + ".")
    do {
      try chart.svg(style: figureStyle, idPrefix: output.fileStem)
        .write(toFile: output, atomically: true, encoding: .utf8)
    } catch {
      throw CommandError("\(output): cannot be written: \(error.systemReason).")
    }
  }
}
