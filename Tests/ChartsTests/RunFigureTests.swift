import Charts
import Testing

/// Lines that stand for several runs, and the runs of one moment as dots.
@Suite struct RunFigureTests {
  private static func chart(isStrip: Bool, threads: [[Double?]]) -> LineChart {
    var series = Series(
      name: "plain", points: [.init(0, 2), .init(1, 3), .init(2, 4)],
      band: [1...3, nil, 3...5], depth: 0)
    series.threads = threads
    series.isStrip = isStrip
    return LineChart(
      title: "Runs", xAxis: .categories(["a", "b", "c"]), yAxis: Axis(label: "Loss"),
      series: [series], description: "Runs.")
  }

  private static let threads: [[Double?]] = [[1, 2.5, 3.5], [3, nil, 4.5], [2, 3.5, nil]]

  @Test(
    "Runs are thin lines behind their mean, broken where one has no value",
    arguments: FigureStyle.allCases)
  func threads(style: FigureStyle) {
    let svg = Self.chart(isStrip: false, threads: Self.threads).svg(style: style, idPrefix: "x")
    #expect(FigureReader(svg).isWellFormed)
    #expect(svg.contains("class=\"threads\"") && svg.contains("class=\"band\""))
    // One path of two runs of points: the third ends early, the second has one point a side.
    let path = svg.split(separator: "class=\"threads\"")[1].split(separator: "/>")[0]
    #expect(path.count { $0 == "M" } == 2)
    #expect(!svg.contains("class=\"whisker\""))
  }

  @Test(
    "A strip has a dot for each value, a whisker for each band and no line",
    arguments: FigureStyle.allCases)
  func strip(style: FigureStyle) {
    let svg = Self.chart(isStrip: true, threads: Self.threads).svg(style: style, idPrefix: "x")
    #expect(FigureReader(svg).isWellFormed)
    #expect(svg.split(separator: "fill-opacity=\"0.45\"").count - 1 == 7)
    #expect(svg.split(separator: "class=\"whisker\"").count - 1 == 2)
    #expect(!svg.contains("class=\"line\"") && !svg.contains("class=\"band\""))
  }

  @Test("The axis shows every run, also one far from the mean")
  func extent() {
    let far = Self.chart(isStrip: false, threads: [[2, 40, 4]]).svg(idPrefix: "x")
    #expect(far.contains(">40<"))
  }
}
