import Charts
import Foundation
import Testing

/// What holds for every figure, read back from its bytes.
@Suite struct FigureTests {
  static let styles: [FigureStyle] = [.screen, .icml, .neurips, .nature]
  static let counts = [0, 1, 2, 12, 60]
  static let lengths = [1, 8, 200]

  private func expectSound(_ svg: String, _ what: String, mayCollide: Bool = false) {
    let figure = FigureReader(svg)
    #expect(figure.isWellFormed, "\(what)")
    #expect(mayCollide || figure.collisions.isEmpty, "\(what): \(figure.collisions)")
    #expect(figure.strays.isEmpty, "\(what): \(figure.strays)")
    #expect(Set(figure.ids).count == figure.ids.count)
    #expect(figure.ids.allSatisfy { $0.hasPrefix("f-") })
    #expect(figure.root["role"] == "img")
    #expect(!svg.contains("nan") && !svg.contains("inf\"") && !svg.contains("\"-0\""))
  }

  @Test(arguments: styles)
  func linesOfAllSizesAreSound(style: FigureStyle) {
    for count in Self.counts {
      for length in Self.lengths {
        let steps = length == 8 ? Samples.checkpoints : (0..<length).map { "step_\($0 * 500)" }
        for names in [Samples.names(count), (0..<count).map(Samples.longName)] {
          let chart = Samples.trainingChart(
            names: names, checkpoints: steps, nearlyEqual: count == 12)
          let svg = chart.svg(style: style, idPrefix: "f")
          expectSound(svg, "\(style), \(names.first ?? "none") × \(count), \(length) steps")
          #expect(FigureReader(svg).seriesNames == names)
        }
      }
    }
  }

  @Test(arguments: styles)
  func valleysOfAllSizesAreSound(style: FigureStyle) {
    for count in Self.counts {
      let svg = Samples.valleyChart(names: Samples.names(count)).svg(style: style, idPrefix: "f")
      expectSound(svg, "\(style), \(count)")
      let tooltips = FigureReader(svg).titles.filter { $0.hasSuffix(": minimum") }
      #expect(tooltips.count == count)
    }
  }

  @Test(arguments: styles)
  func heatmapsOfAllSizesAreSound(style: FigureStyle) {
    for (rows, columns) in [(0, 0), (1, 1), (1, 200), (4, 8), (12, 8), (60, 8), (60, 200)] {
      let chart = Samples.heatmap(
        rows: (0..<rows).map(Samples.longName), columns: (0..<columns).map { "epoch_\($0)" })
      expectSound(chart.svg(style: style, idPrefix: "f"), "\(style), \(rows) × \(columns)")
    }
  }

  @Test(arguments: styles)
  func smallMultiplesOfAllSizesAreSound(style: FigureStyle) {
    for (panels, series) in [(0, 0), (1, 1), (3, 20), (5, 2), (8, 4), (10, 60)] {
      let svg = Samples.multiples(panels: panels, series: series).svg(style: style, idPrefix: "f")
      expectSound(svg, "\(style), \(panels) panels × \(series)")
      #expect(FigureReader(svg).classes["panel", default: 0] == panels)
    }
  }

  @Test(arguments: styles)
  func scattersOfAllSizesAreSound(style: FigureStyle) {
    for (groups, points) in [(0, 0), (1, 1), (2, 30), (12, 8), (60, 20)] {
      for names in [Samples.names(groups), (0..<groups).map(Samples.longName)] {
        let chart = Samples.scatter(names: names, points: points)
        let svg = chart.svg(style: style, idPrefix: "f")
        expectSound(svg, "\(style), \(groups) groups of \(points)")
        // Those without a colour lie behind the others.
        let most = ScatterChart.mostColors
        let drawn = Array(names.dropFirst(most)) + Array(names.prefix(most))
        #expect(FigureReader(svg).seriesNames == drawn)
        #expect(svg.components(separatedBy: "h0").count - 1 == groups * points)
      }
    }
  }

  @Test(arguments: styles)
  func confusionsOfAllSizesAreSound(style: FigureStyle) {
    for count in [1, 2, 10, 60] {
      let svg = Samples.confusion(Samples.names(count)).svg(style: style, idPrefix: "f")
      expectSound(svg, "\(style), \(count)")
      #expect(FigureReader(svg).classes["dendrogram", default: 0] == (count > 1 ? 1 : 0))
    }
  }

  @Test(arguments: styles)
  func matricesOfAllSizesAreSoundSquareAndHaveOneBar(style: FigureStyle) {
    for (count, panels) in [(1, 1), (2, 3), (10, 2), (100, 2)] {
      for names in [Samples.names(count), (0..<count).map(Samples.longName)] {
        let chart = Samples.matrices(names, panels: panels)
        for width in [nil, Length(3.25, .inches)] {
          let svg = chart.svg(style: style, width: width, idPrefix: "f")
          let figure = FigureReader(svg)
          expectSound(svg, "\(style), \(count) × \(panels), \(names[0])")
          #expect(figure.classes["color-bar"] == 1)
          #expect(figure.classes["panel"] == 2 * panels)
          // Below and beside the matrices stand the same names, all where there is room; in a column of
          // two matrices of ten there is some for every other.
          let shown = Set(figure.texts.map(\.string))
          if count <= 10, names == Samples.names(count) {
            let least = width == nil || count < 10 ? count : count / 2
            #expect(shown.intersection(names).count >= least, "\(style), \(shown)")
          }
          let long = shown.filter { $0.contains("…") }
          #expect(long.count <= count)
        }
      }
    }
  }

  @Test func matricesHaveHalfOfANarrowPage() throws {
    let chart = Samples.matrices((0..<10).map(Samples.longName), panels: 3)
    let svg = chart.svg(style: .icml, width: Length(3.25, .inches), idPrefix: "f")
    let cells = svg.matches(
      of: /<rect x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)" height="([0-9.]+)" fill="#/)
    #expect(cells.count == 600)
    #expect(cells.allSatisfy { $0.2 == $0.3 })
    let left = try #require(cells.compactMap { Double($0.1) }.min())
    let right = try #require(cells.compactMap { Double($0.1) }.max())
    #expect(right - left > 234 / 2)
  }

  @Test(arguments: styles)
  func longNamesLeaveHalfOfTheWidthToThePlot(style: FigureStyle) throws {
    let names = (0..<8).map { "model.vision_encoder.transformer.layers.\($0).attention.dense.out" }
    let line = Samples.trainingChart(names: names, checkpoints: Samples.checkpoints)
    let map = Samples.heatmap(rows: names, columns: Samples.checkpoints)
    for svg in [
      line.svg(style: style, width: Length(3.25, .inches), idPrefix: "f"),
      map.svg(style: style, width: Length(3.25, .inches), idPrefix: "f"),
    ] {
      expectSound(svg, "\(style)")
      // The axis of the lines; of the cells the last ones to the left and right.
      let lines = svg.matches(
        of: /<line x1="([0-9.]+)" y1="[0-9.]+" x2="([0-9.]+)"/
      ).compactMap { match in
        Double(match.1).flatMap { start in Double(match.2).map { $0 - start } }
      }
      let cells = svg.matches(
        of: /<rect x="([0-9.]+)" y="[0-9.]+" width="[0-9.]+" height="[0-9.]+" fill="#/
      ).compactMap { Double($0.1) }
      let width =
        svg.contains("class=\"cells\"")
        ? (cells.max() ?? 0) - (cells.min() ?? 0) : lines.max() ?? 0
      #expect(width > 234 * (svg.contains("class=\"cells\"") ? 0.43 : 0.5), "\(style): \(width)")
      // What all names share goes first; what is left tells them apart.
      let texts = FigureReader(svg).texts.map(\.string)
      let shown = Set(texts.filter { $0.contains("attention") || $0.contains("…") })
      #expect(shown.count >= 8, "\(texts)")
    }
  }

  @Test func onlyPointsThatAreDataAreMarked() {
    func markers(_ steps: Int, emphasised: Int) -> [String] {
      let points = (0..<steps).map { Series.Point(Double($0), Double($0 % 7)) }
      let chart = LineChart(
        title: "", xAxis: Axis(), yAxis: Axis(),
        series: [
          Series(
            name: "a", points: points, emphasised: (0..<emphasised).map { .init(Double($0), 1) })
        ], description: "")
      return chart.svg(style: .screen, idPrefix: "f").matches(of: /<circle[^>]*>/)
        .map { String($0.0) }
    }
    // One more stands in the key beside the name.
    #expect(markers(16, emphasised: 0).count == 17)
    #expect(markers(61, emphasised: 0).isEmpty)
    let marked = markers(61, emphasised: 2)
    #expect(marked.count == 3 && marked.allSatisfy { $0.contains("class=\"emphasis\"") })
  }

  @Test func aSquareChartHasEqualAxesAndItsReference() throws {
    let chart = LineChart(
      title: "ROC", xAxis: Axis(label: "False", domain: 0...1),
      yAxis: Axis(label: "True", domain: 0...1),
      series: [Series(name: "a", points: [.init(0, 0), .init(0.1, 0.9), .init(1, 1)])],
      reference: [.init(0, 0), .init(1, 1)], isSquare: true, description: "")
    for style in Self.styles {
      let svg = chart.svg(style: style, idPrefix: "f")
      expectSound(svg, "\(style)")
      let lines = svg.matches(
        of: /<line x1="([0-9.]+)" y1="([0-9.]+)" x2="([0-9.]+)" y2="([0-9.]+)"/
      ).map { [$0.1, $0.2, $0.3, $0.4].compactMap { Double($0) } }
      let width = try #require(lines.filter { $0[1] == $0[3] }.map { $0[2] - $0[0] }.max())
      let height = try #require(lines.filter { $0[0] == $0[2] }.map { $0[3] - $0[1] }.max())
      #expect(abs(width - height) < 0.03)
      #expect(svg.contains("class=\"reference\""))
    }
  }

  @Test(arguments: styles)
  func stacksAreSoundAndTheirAxesStandAboveOneAnother(style: FigureStyle) {
    let upper = Samples.trainingChart(
      names: (0..<4).map(Samples.longName), checkpoints: Samples.checkpoints)
    let lower = LineChart(
      title: "", xAxis: upper.xAxis, yAxis: Axis(label: "Metrics", domain: 0...1),
      series: [
        Series(
          name: "test_accuracy", points: (0..<8).map { .init(Double($0), 0.1 * Double($0)) })
      ], description: "")
    let stack = LineStack(title: "Loss", panels: [upper, lower], description: "")
    let svg = stack.svg(style: style, idPrefix: "f")
    expectSound(svg, "\(style)")
    #expect(FigureReader(svg).classes["panel"] == 2)
    // The axes' lines are the widest of each panel, and equal.
    let ends = svg.components(separatedBy: "class=\"axis x-axis\"").dropFirst().map { part in
      part.firstMatch(of: /<line x1="([0-9.]+)" y1="[0-9.]+" x2="([0-9.]+)"/)
        .map { "\($0.1) \($0.2)" }
    }
    #expect(ends.count == 2 && ends[0] == ends[1] && ends[0] != nil)
  }

  @Test func theTypefaceIsTheVenues() {
    let chart = Samples.valleyChart(names: ["a"])
    for style in FigureStyle.allCases {
      let family = FigureReader(chart.svg(style: style, idPrefix: "f")).root["font-family"] ?? ""
      #expect(
        family.hasSuffix(style == .screen || style == .nature ? "sans-serif" : ", serif"))
    }
  }

  @Test(arguments: styles)
  func gridsOfAllSizesAreSound(style: FigureStyle) {
    for count in [0, 1, 2, 5, 12] {
      let panels = (0..<count).map { index -> ChartGrid.Panel in
        index.isMultiple(of: 2)
          ? .scatter(Samples.scatter(names: Samples.names(3), points: 9))
          : .heatmap(Samples.confusion((0..<4).map(String.init)))
      }
      let grid = ChartGrid(title: "Panels", panels: panels, description: "\(count) panels.")
      let svg = grid.svg(style: style, idPrefix: "f")
      expectSound(svg, "\(style), \(count)")
      #expect(FigureReader(svg).classes["panel", default: 0] == count)
    }
  }

  @Test func rowsAndColumnsFollowTheTreesLeaves() {
    let names = Samples.names(4)
    let chart = Samples.confusion(names)
    #expect(chart.tree?.leafOrder == [3, 2, 1, 0])
    let texts = FigureReader(chart.svg(style: .screen, idPrefix: "f")).texts
    let rows = names.compactMap { name in texts.first { $0.string == name }?.top }
    #expect(rows == rows.sorted(by: >) && rows.count == 4)
    let columns = names.compactMap { name in texts.last { $0.string == name }?.left }
    #expect(columns == columns.sorted(by: >))
  }

  @Test func everyPointAnswersThePointerWhereThatIsWanted() {
    let chart = Samples.trainingChart(names: Samples.names(3), checkpoints: Samples.checkpoints)
    #expect(!chart.svg(idPrefix: "f").contains("class=\"spot\""))
    let figure = FigureReader(chart.svg(idPrefix: "f", tooltips: true))
    #expect(figure.classes["spot"] == 24)
    #expect(figure.titles.contains("hidden2: 0, 2.30"))
  }

  @Test func titlesAreForTheScreenAndPanels() {
    let chart = Samples.valleyChart(names: Samples.names(2))
    func drawn(_ style: FigureStyle) -> Bool {
      FigureReader(chart.svg(style: style, idPrefix: "f")).texts.contains {
        $0.string == "Loss by temperature"
      }
    }
    #expect(drawn(.screen) && !drawn(.icml))
  }

  @Test(arguments: FigureStyle.allCases)
  func theDeclaredSizeIsTheActualSize(style: FigureStyle) {
    let chart = Samples.valleyChart(names: Samples.names(3))
    let figure = FigureReader(chart.svg(style: style, idPrefix: "f"))
    #expect(abs(figure.size.width - style.columnWidth.points) < 0.01)
    #expect(abs(figure.size.width / figure.size.height - 1.618) < 0.02)
    let given = FigureReader(
      chart.svg(
        style: style, width: Length(89, .millimetres), height: Length(3, .inches), idPrefix: "f"))
    #expect(given.root["width"] == "89mm" && given.root["height"] == "3in")
    #expect(given.root["viewBox"] == "0 0 252.28 216")
  }

  @Test func sizesAreTheVenues() {
    let widths = FigureStyle.allCases.map {
      "\($0) \($0.columnWidth.value)\($0.columnWidth.unit.rawValue)"
    }
    #expect(
      widths == [
        "screen 720.0px", "neurips 5.5in", "iclr 5.5in", "icml 3.25in", "cvpr 3.25in",
        "aaai 3.3in", "jmlr 6.0in", "tmlr 6.5in", "eccv 4.8in", "nature 89.0mm", "ieee 3.3in",
      ])
  }

  @Test func figuresTooSmallForTheirTextStillDraw() {
    let width = Length(0.5, .inches)
    let line = Samples.trainingChart(names: Samples.names(12), checkpoints: Samples.checkpoints)
    let map = Samples.heatmap(rows: Samples.names(12), columns: Samples.checkpoints)
    let multiples = Samples.multiples(panels: 8, series: 4)
    for svg in [
      line.svg(style: .neurips, width: width, idPrefix: "f"),
      map.svg(style: .neurips, width: width, idPrefix: "f"),
      multiples.svg(style: .neurips, width: width, idPrefix: "f"),
    ] { #expect(FigureReader(svg).isWellFormed && !svg.contains("=\"-0")) }
  }

  @Test func hostileTextIsEscapedAndGapsBreakTheLine() {
    let svg = Samples.hostile.svg(style: .icml, idPrefix: "f")
    expectSound(svg, "hostile")
    let figure = FigureReader(svg)
    #expect(figure.seriesNames.first == "<&\">'")
    #expect(figure.seriesNames[2] == "слой 2")
    #expect(figure.classes["band"] == 1)
    #expect(figure.classes["rule"] == 3)
  }

  @Test func idsAreMadeOfThePrefix() {
    let svg = Samples.hostile.svg(style: .icml, idPrefix: "1 <a&b>")
    #expect(FigureReader(svg).ids.allSatisfy { $0.hasPrefix("figure-1--a-b--") })
  }

  @Test(arguments: [[], [nil], [Double.nan, .infinity, -.infinity, nil], [1e308]])
  func withoutDataThereAreAxesAndANote(values: [Double?]) {
    for kind in [Axis.Kind.linear, .log] {
      let points = values.enumerated().map { Series.Point(Double($0), $1) }
      let chart = LineChart(
        title: "Nothing", xAxis: Axis(label: "x", kind: kind), yAxis: Axis(label: "y", kind: kind),
        series: [Series(name: "a", points: points)], description: "Nothing.")
      let svg = chart.svg(style: .icml, idPrefix: "f")
      expectSound(svg, "\(values), \(kind)")
      #expect(svg.contains("no data"))
      #expect(svg.contains("class=\"axis x-axis\""))
    }
    let map = HeatmapChart(
      title: "", rows: ["a"], columns: ["b", "c"], values: [values], valueLabel: "", description: ""
    )
    #expect(map.svg(style: .icml, idPrefix: "f").contains("no data"))
  }

  @Test(arguments: [0, -3, 1e-300, 1e300, .leastNonzeroMagnitude])
  func equalValuesAndSinglePointsAreDrawn(value: Double) {
    for count in [1, 3] {
      let points = (0..<count).map { Series.Point(Double($0), value) }
      let chart = LineChart(
        title: "Equal", xAxis: Axis(), yAxis: Axis(), series: [Series(name: "a", points: points)],
        description: "")
      let svg = chart.svg(style: .icml, idPrefix: "f")
      expectSound(svg, "\(value)")
      #expect(!svg.contains("no data"))
      #expect(FigureReader(svg).elements["circle", default: 0] >= count)
    }
  }

  @Test func numbersStandInCellsOnlyWhereTheyFit() {
    let large = Samples.heatmap(rows: Samples.names(4), columns: Samples.checkpoints)
    #expect(large.svg(style: .neurips, idPrefix: "f").contains("class=\"values\""))
    let small = Samples.heatmap(rows: Samples.names(60), columns: Samples.names(200))
    #expect(!small.svg(style: .neurips, idPrefix: "f").contains("class=\"values\""))
  }

  @Test func aSeriesKeepsItsColorWhenOthersAreLeftOut() {
    var chart = Samples.valleyChart(names: Samples.names(3))
    for index in chart.series.indices { chart.series[index].depth = Double(index) / 2 }
    let all = chart.svg(style: .icml, idPrefix: "f")
    chart.series.removeFirst()
    let some = chart.svg(style: .icml, idPrefix: "f")
    #expect(all.contains(ColorRamp.lines(0.5).hex) && some.contains(ColorRamp.lines(0.5).hex))
    #expect(!some.contains(ColorRamp.lines(0).hex))
  }

  @Test func aSmoothLineStaysWithinItsPoints() throws {
    let values: [Double] = [0, 0, 1, 1, 0.2, 0.1, 0.1, 2]
    let chart = LineChart(
      title: "", xAxis: Axis(), yAxis: Axis(domain: 0...2),
      series: [
        Series(
          name: "a", points: values.enumerated().map { .init(Double($0), $1) }, isSmooth: true)
      ], description: "")
    let svg = chart.svg(style: .icml, idPrefix: "f")
    let path = try #require(svg.firstMatch(of: /class="line" d="M([^"]*)"/)?.1)
    let places = path.split(separator: "C").map {
      $0.split(separator: " ").compactMap { Double($0) }
    }
    #expect(places.count == values.count)
    for (before, curve) in zip(places, places.dropFirst()) {
      let ends = [before[before.count - 1], curve[5]]
      // A cubic stays within the hull of its control points.
      for y in [curve[1], curve[3]] {
        #expect(y >= (ends.min() ?? 0) - 0.011 && y <= (ends.max() ?? 0) + 0.011)
      }
    }
  }

  @Test func theSameDataGivesTheSameBytes() {
    let chart = Samples.multiples(panels: 4, series: 5)
    #expect(chart.svg(idPrefix: "f") == chart.svg(idPrefix: "f"))
  }
}

/// Figures as they are committed. After a change: look at the `-changed` files, then record.
@Suite struct GoldenFigureTests {
  @Test func linesOverTraining() throws {
    let few = Samples.trainingChart(names: Samples.names(4), checkpoints: Samples.checkpoints)
    try expectGolden(few.svg(style: .icml, idPrefix: "golden"), named: "lines-4")
    let near = Samples.trainingChart(
      names: (0..<12).map(Samples.longName), checkpoints: Samples.checkpoints, nearlyEqual: true)
    try expectGolden(near.svg(style: .nature, idPrefix: "golden"), named: "lines-12-near")
    let many = Samples.trainingChart(names: Samples.names(60), checkpoints: Samples.checkpoints)
    try expectGolden(many.svg(style: .screen, idPrefix: "golden"), named: "lines-60")
  }

  @Test func linesOverALogarithmicAxis() throws {
    let chart = Samples.valleyChart(names: Samples.names(4))
    try expectGolden(chart.svg(style: .neurips, idPrefix: "golden"), named: "valleys-4")
  }

  @Test func hostileNamesAndGaps() throws {
    try expectGolden(Samples.hostile.svg(style: .icml, idPrefix: "golden"), named: "hostile")
  }

  @Test func heatmaps() throws {
    let map = Samples.heatmap(rows: Samples.names(4), columns: Samples.checkpoints)
    try expectGolden(map.svg(style: .icml, idPrefix: "golden"), named: "heatmap-4x8")
    let diverging = Samples.heatmap(
      rows: (0..<12).map(Samples.longName), columns: Samples.checkpoints,
      colors: .diverging(around: 1.5))
    try expectGolden(diverging.svg(style: .neurips, idPrefix: "golden"), named: "heatmap-12x8")
  }

  @Test func smallMultiples() throws {
    let chart = Samples.multiples(panels: 8, series: 4)
    try expectGolden(chart.svg(style: .icml, idPrefix: "golden"), named: "multiples-8")
  }

  @Test func bandsOverStepsToScale() throws {
    let chart = Samples.bands(names: Samples.names(3))
    try expectGolden(chart.svg(style: .icml, idPrefix: "golden"), named: "bands-3")
  }

  @Test func confusionSideBySide() throws {
    let chart = Samples.matrices((0..<10).map(String.init), panels: 2)
    try expectGolden(chart.svg(style: .neurips, idPrefix: "golden"), named: "confusion-2")
  }

  @Test func classesOverTraining() throws {
    var panels = (0..<6).map { index in
      var chart = Samples.bands(names: ["layer1", "logits"])
      chart.title = "class \(index)"
      chart.rules = []
      return chart
    }
    panels[3].series.removeLast()
    let chart = SmallMultiples(
      title: "Loss by class", panels: panels, description: "Six classes.")
    try expectGolden(chart.svg(style: .icml, idPrefix: "golden"), named: "classes-6")
  }

  @Test func sampleMaps() throws {
    let panels = (0..<4).map { index in
      ChartGrid.Panel.scatter(
        Samples.scatter(
          names: (0..<5).map(String.init), points: 20,
          title: "layer\(index)\nepoch 0: 0.99\(index) nats"))
    }
    let grid = ChartGrid(title: "Samples", panels: panels, description: "Four layers.")
    try expectGolden(grid.svg(style: .screen, idPrefix: "golden"), named: "maps-4")
  }

  @Test func nothing() throws {
    let chart = Samples.trainingChart(names: [], checkpoints: [])
    try expectGolden(chart.svg(style: .icml, idPrefix: "golden"), named: "empty")
  }
}
