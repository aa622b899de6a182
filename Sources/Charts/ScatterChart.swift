/// Points in the plane, one unit the same length along both axes, each group in a colour of its own
/// and named where it lies.
public struct ScatterChart: Chart, Hashable {
  /// Points of one colour, by name.
  public struct Group: Hashable, Sendable {
    package let name: String
    /// The coordinates of each point.
    package let points: [Point]
    /// The place in the palette; groups keep it in a figure that leaves others out.
    package let index: Int

    /// - Parameter index: Decides the colour, so that a group keeps it where others are left out.
    public init(name: String, index: Int, points: [Point]) {
      self.name = name
      self.index = index
      self.points = points
    }
  }

  /// A place in the plane.
  public struct Point: Hashable, Sendable {
    package let x: Double
    package let y: Double

    /// By its two coordinates.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  package var title: String
  package var groups: [Group]
  package var xLabel: String
  package var yLabel: String
  package var description: String

  /// - Parameter description: What the figure shows in words and numbers.
  public init(
    title: String, groups: [Group], xLabel: String = "", yLabel: String = "", description: String
  ) {
    self.title = title
    self.groups = groups
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.description = description
  }

  /// The figure as an SVG document, by default as wide as a column.
  public func svg(
    style: FigureStyle = .screen, width: Length? = nil, height: Length? = nil, idPrefix: String,
    tooltips: Bool = false
  ) -> String {
    render(
      style: style, width: width, height: height, idPrefix: idPrefix, tooltips: tooltips)
  }

  /// The most groups that are named in the figure: the largest.
  private static let mostNames = 20

  func suitableHeight(width: Double, style: FigureStyle) -> Double {
    width * 0.86 + style.textSize * 2.2
  }

  func elements(on page: Page) -> [SVGElement] {
    let style = page.style
    let size = style.smallTextSize
    let header = page.titled(title)
    let hasLabels = !(xLabel.isEmpty && yLabel.isEmpty)
    let left = page.content.lowerBound + (hasLabels ? size * 1.4 : style.axisWidth)
    let height =
      page.height - page.margin - header.bottom - (hasLabels ? size * 1.4 : style.axisWidth)
    let scales = scales(width: page.content.upperBound - style.axisWidth - left, height: height)
    let frame = Frame(
      left: left, top: header.bottom, width: page.content.upperBound - style.axisWidth - left,
      height: height, horizontal: scales.horizontal, vertical: scales.vertical, style: style)
    let border = SVGElement(
      "rect",
      [
        "class": "border", "x": .number(frame.left), "y": .number(frame.top),
        "width": .number(frame.width), "height": .number(frame.height), "fill": "none",
        "stroke": .color(.gray), "stroke-width": .number(style.axisWidth * 0.75),
      ])
    let count = groups.reduce(0) { $0 + $1.points.count }
    let dotSize = count > 200 ? 0.27 : 0.42
    let clouds = groups.compactMap {
      CloudMark(group: $0, dotSize: dotSize).elements(in: frame).first
    }
    var elements = header.elements + [border, .group("clouds", clouds)]
    let names = names(in: frame)
    if !names.isEmpty { elements.append(.group("names", names)) }
    if !xLabel.isEmpty {
      let text = TextMetrics.elided(xLabel, toFit: frame.width, size: size)
      elements.append(
        .text(
          text, x: (frame.left + frame.right) / 2, middle: frame.bottom + size * 0.8, size: size,
          anchor: .middle))
    }
    if !yLabel.isEmpty {
      elements.append(
        .axisName(
          yLabel, x: frame.left - size * 0.8, middle: (frame.top + frame.bottom) / 2,
          bounds: frame.top...frame.bottom, size: size))
    }
    if clouds.isEmpty { elements.append(page.emptyNote(in: frame)) }
    return elements
  }

  /// Both axes cover their points with some room, at the same units a point of paper.
  private func scales(
    width: Double, height: Double
  ) -> (horizontal: LinearScale, vertical: LinearScale) {
    let points = groups.flatMap(\.points).filter { isDrawable($0.x) && isDrawable($0.y) }
    let x = LinearScale(covering: points.map(\.x)).domain
    let y = LinearScale(covering: points.map(\.y)).domain
    let unit =
      max(
        (x.upperBound - x.lowerBound) / max(width, 1),
        (y.upperBound - y.lowerBound) / max(height, 1)) * 1.08
    func around(_ domain: ClosedRange<Double>, _ length: Double) -> LinearScale {
      let middle = domain.lowerBound / 2 + domain.upperBound / 2
      return LinearScale(middle - unit * length / 2...middle + unit * length / 2)
    }
    return (around(x, max(width, 1)), around(y, max(height, 1)))
  }

  /// The names of the largest groups, each at the median of its points or as near as others let it.
  private func names(in frame: Frame) -> [SVGElement] {
    let size = frame.style.smallTextSize
    let rowHeight = size * 1.05
    var taken: [(x: ClosedRange<Double>, y: ClosedRange<Double>)] = []
    let largest = groups.enumerated()
      .sorted { ($1.element.points.count, $0.offset) < ($0.element.points.count, $1.offset) }
      .prefix(ScatterChart.mostNames).map(\.element)
    return largest.flatMap { group -> [SVGElement] in
      let places = group.points.compactMap { frame.place($0.x, $0.y) }
      guard !places.isEmpty else { return [] }
      let name = TextMetrics.elided(group.name, toFit: frame.width * 0.4, size: size)
      let half = TextMetrics.width(of: name, size: size, bold: true) / 2 + size * 0.15
      guard 2 * half < frame.width, rowHeight < frame.height else { return [] }
      let center = Place(
        x: min(max(median(places.map(\.x)), frame.left + half), frame.right - half),
        y: min(
          max(median(places.map(\.y)), frame.top + rowHeight / 2), frame.bottom - rowHeight / 2))
      for shift in [0.0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5] {
        let y = center.y + shift * rowHeight
        let box = (center.x - half...center.x + half, y - rowHeight / 2...y + rowHeight / 2)
        guard box.1.lowerBound >= frame.top - 0.01, box.1.upperBound <= frame.bottom + 0.01,
          !taken.contains(where: { $0.x.overlaps(box.0) && $0.y.overlaps(box.1) })
        else { continue }
        taken.append(box)
        let plate = SVGElement(
          "rect",
          [
            "class": "plate", "x": .number(center.x - half), "y": .number(y - rowHeight * 0.46),
            "width": .number(2 * half), "height": .number(rowHeight * 0.92),
            "rx": .number(size * 0.2), "fill": .color(.white), "fill-opacity": "0.78",
          ])
        return [
          plate, .text(name, x: center.x, middle: y, size: size, anchor: .middle, bold: true),
        ]
      }
      return []
    }
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

/// The points of a group as one path of dots, which stays small in the file and easy to select.
struct CloudMark: Mark {
  let group: ScatterChart.Group
  /// In text sizes.
  let dotSize: Double

  func elements(in frame: Frame) -> [SVGElement] {
    let places = group.points.compactMap { frame.place($0.x, $0.y) }
    guard !places.isEmpty else { return [] }
    let dots = places.map { "M\(SVGValue.numbers([$0.x, $0.y]).text)h0" }.joined()
    return [
      SVGElement(
        "path",
        [
          "class": "cloud", "data-name": .text(group.name), "d": .text(dots), "fill": "none",
          "stroke": .color(CategoricalPalette.color(group.index)),
          "stroke-width": .number(frame.style.smallTextSize * dotSize),
          "stroke-linecap": "round",
          "stroke-opacity": "0.6",
        ], [SVGElement("title", text: group.name)])
    ]
  }
}
