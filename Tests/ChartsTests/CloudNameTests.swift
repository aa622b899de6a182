import Charts
import Foundation
import TestSupport
import Testing

/// The names of the clouds of a scatter chart: which class a reader takes each of them for.
@Suite struct CloudNameTests {
  private struct Cloud {
    let name: String
    var places: [(x: Double, y: Double)] = []

    var median: (x: Double, y: Double) {
      let (x, y) = (places.map(\.x).sorted(), places.map(\.y).sorted())
      return (x[x.count / 2], y[y.count / 2])
    }

    var mean: (x: Double, y: Double) {
      let count = Double(places.count)
      return (
        places.reduce(0) { $0 + $1.x } / count, places.reduce(0) { $0 + $1.y } / count
      )
    }
  }

  private struct Name {
    let text: String
    let x: Double
    let y: Double
    let hasLeader: Bool
    let size: Double
  }

  /// One panel of a figure, read back from its lines.
  private struct Panel {
    var clouds: [Cloud] = []
    var names: [Name] = []
    var hasLegend = false

    init(_ svg: String) {
      var plate: (x: Double, y: Double)?
      var hasLeader = false
      for line in svg.split(separator: "\n").map(String.init) {
        if line.contains("class=\"legend\"") { hasLegend = true }
        if line.contains("class=\"cloud\"") {
          let path = Self.value("d", line) ?? ""
          let places = path.split(separator: "M").map {
            $0.dropLast(2).split(separator: " ").compactMap { Double(String($0)) }
          }
          clouds.append(
            Cloud(name: Self.value("data-name", line) ?? "", places: places.map { ($0[0], $0[1]) }))
        }
        if line.contains("class=\"plate\"") {
          let numbers = ["x", "y", "width", "height"].map { Self.number($0, line) }
          plate = (numbers[0] + numbers[2] / 2, numbers[1] + numbers[3] / 2)
          hasLeader = false
        }
        if line.contains("class=\"leader\"") { hasLeader = true }
        if let place = plate, line.contains("<text") {
          names.append(
            Name(
              text: line.split(separator: ">")[1].split(separator: "<").first.map(String.init)
                ?? "",
              x: place.x, y: place.y, hasLeader: hasLeader, size: Self.number("font-size", line)))
          plate = nil
        }
      }
    }

    private static func value(_ name: String, _ line: String) -> String? {
      line.components(separatedBy: " \(name)=\"").dropFirst().first?.components(separatedBy: "\"")
        .first
    }

    private static func number(_ name: String, _ line: String) -> Double {
      value(name, line).flatMap(Double.init) ?? .nan
    }
  }

  private static func distance(
    _ first: (x: Double, y: Double), _ second: (x: Double, y: Double)
  ) -> Double {
    ((first.x - second.x) * (first.x - second.x) + (first.y - second.y) * (first.y - second.y))
      .squareRoot()
  }

  /// Clouds whose middles are drawn from a square of the given size, in units of their spread.
  private static func chart(count: Int, apart: Double, seed: UInt64) -> ScatterChart {
    var random = RandomActivations(seed: seed)
    return ScatterChart(
      title: "layer",
      groups: (0..<count).map { index in
        let (x, y) = (random.normal() * apart, random.normal() * apart)
        return ScatterChart.Group(
          name: "class \(index)", index: index,
          // Skewed, so that mean and median differ.
          points: (0..<30).map { _ in
            let tail = random.normal()
            return ScatterChart.Point(x + random.normal() + tail * tail, y + random.normal())
          })
      }, xLabel: "PC 1", yLabel: "PC 2", description: "Clouds.")
  }

  /// Checks a panel and returns whether its clouds are named in it.
  private func check(_ panel: Panel, _ comment: String) throws -> Bool {
    guard !panel.names.isEmpty else { return false }
    #expect(panel.names.count == min(panel.clouds.count, ScatterChart.mostColors), "\(comment)")
    for name in panel.names {
      let own = try #require(panel.clouds.first { $0.name == name.text }, "\(comment)")
      let place = (x: name.x, y: name.y)
      let moved = Self.distance(place, own.median)
      // A name's height, and the 0.01 points of the file.
      #expect(moved <= name.size * 1.05 + 0.02, "\(comment), \(name.text)")
      #expect(name.hasLeader == (moved > 0.02), "\(comment), \(name.text)")
      if !name.hasLeader {
        for other in panel.clouds where other.name != own.name {
          #expect(moved < Self.distance(place, other.median), "\(comment), \(name.text)")
          #expect(
            Self.distance(place, own.mean) < Self.distance(place, other.mean) + 0.02,
            "\(comment), \(name.text)")
        }
      }
    }
    return true
  }

  @Test(
    "Every name is nearest to its own class, or has a leader; else a legend names the colours",
    arguments: [FigureStyle.screen, .icml, .nature])
  func names(style: FigureStyle) throws {
    var (named, legends, leaders) = (0, 0, 0)
    for seed in 0..<40 {
      for (count, apart) in [(3, 6.0), (6, 3), (10, 6), (10, 2), (10, 0.2), (14, 5)] {
        let chart = Self.chart(count: count, apart: apart, seed: UInt64(seed))
        let svg = chart.svg(style: style, idPrefix: "f")
        let panel = Panel(svg)
        let comment = "\(style), \(count) classes \(apart) apart, seed \(seed)"
        let isNamed = try check(panel, comment)
        #expect(panel.hasLegend == !isNamed, "\(comment)")
        #expect(FigureReader(svg).collisions.isEmpty, "\(comment)")
        if isNamed { named += 1 } else { legends += 1 }
        leaders += panel.names.count(where: \.hasLeader)
      }
    }
    // All three occur, or nothing was tested.
    #expect(named > 50 && legends > 20 && leaders > 20, "\(named), \(legends), \(leaders)")
  }

  @Test("A grid has one legend where the clouds of a panel cannot be named, and names the others")
  func grid() throws {
    let charts = [
      Self.chart(count: 6, apart: 20, seed: 1), Self.chart(count: 6, apart: 0.1, seed: 2),
    ]
    let apart = ChartGrid(
      title: "Maps", panels: [.scatter(charts[0])], columns: 2, description: "One.")
    let both = ChartGrid(
      title: "Maps", panels: charts.map(ChartGrid.Panel.scatter), description: "Two.")
    let first = apart.svg(style: .screen, idPrefix: "f")
    #expect(!first.contains("class=\"legend\""))
    #expect(try check(Panel(first), "apart"))
    let svg = both.svg(style: .screen, idPrefix: "f")
    #expect(svg.components(separatedBy: "class=\"legend\"").count == 2)
    let panels = svg.components(separatedBy: "class=\"panel\"").dropFirst().map(Panel.init)
    #expect(try panels.map { try check($0, "both") } == [true, false])
    #expect(FigureReader(svg).collisions.isEmpty)
    #expect(FigureReader(svg).texts.contains { $0.string == "class 5" })
  }

  @Test("Ten classes have colours of their own; the others are gray, behind them, and counted")
  func tenColors() {
    let svg = Self.chart(count: 14, apart: 0.1, seed: 3).svg(style: .screen, idPrefix: "f")
    let strokes = svg.split(separator: "\n").filter { $0.contains("class=\"cloud\"") }.map {
      $0.components(separatedBy: " stroke=\"")[1].prefix(7)
    }
    #expect(strokes.count == 14)
    #expect(Set(strokes.prefix(4)).count == 1)
    #expect(Set(strokes).count == 11)
    #expect(FigureReader(svg).texts.contains { $0.string == "4 others" })
  }
}
