/// Points in the plane, one unit the same length along both axes, each group in a colour of its own
/// and named where it lies, or in a legend where names would not stand at their groups.
public struct ScatterChart: Chart, Hashable {
  /// Points of one colour, by name.
  public struct Group: Hashable, Sendable {
    package let name: String
    /// The coordinates of each point.
    package let points: [Point]
    /// The place in the palette; groups keep it in a figure that leaves others out. nil for gray.
    package let index: Int?

    /// nil for gray.
    var color: RGB? {
      index.flatMap { $0 < CategoricalPalette.count ? CategoricalPalette.color($0) : nil }
    }

    /// - Parameter index: Decides the colour, so that a group keeps it where others are left out. A
    ///   group without one, or beyond `mostColors`, is gray, behind the others, and has no name.
    public init(name: String, index: Int?, points: [Point]) {
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

  /// The most groups that have a colour of their own.
  public static var mostColors: Int { CategoricalPalette.count }

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

  func suitableHeight(width: Double, style: FigureStyle) -> Double {
    let height = Self.plotHeight(width: width, style: style)
    let page = Page(width: width, height: height, style: style, idPrefix: "", showsTitle: true)
    return height + (needsLegend(on: page) ? legend(on: page).height : 0)
  }

  /// Without a legend.
  static func plotHeight(width: Double, style: FigureStyle) -> Double {
    width * 0.86 + style.textSize * 2.2
  }

  /// Whether the names do not stand at their groups on this page.
  func needsLegend(on page: Page) -> Bool {
    CloudNames(groups, in: frame(on: page, below: page.titled(title).bottom)).elements == nil
  }

  private func legend(on page: Page) -> CloudLegend {
    CloudLegend(
      groups, width: page.content.upperBound - page.content.lowerBound, style: page.style)
  }

  private var hasLabels: Bool { !(xLabel.isEmpty && yLabel.isEmpty) }

  private func frame(on page: Page, below top: Double) -> Frame {
    let style = page.style
    let size = style.smallTextSize
    let left = page.content.lowerBound + (hasLabels ? size * 1.4 : style.axisWidth)
    let height =
      page.height - page.margin - top - (hasLabels ? size * 1.4 : style.axisWidth)
    let scales = scales(width: page.content.upperBound - style.axisWidth - left, height: height)
    return Frame(
      left: left, top: top, width: page.content.upperBound - style.axisWidth - left,
      height: height, horizontal: scales.horizontal, vertical: scales.vertical, style: style)
  }

  func elements(on page: Page) -> [SVGElement] { elements(on: page, naming: true) }

  /// - Parameter isAlone: Whether a legend stands here where one is needed, and not beside the panels
  ///   that this is one of.
  func elements(on page: Page, naming isAlone: Bool) -> [SVGElement] {
    let style = page.style
    let size = style.smallTextSize
    let header = page.titled(title)
    let legend = isAlone && needsLegend(on: page) ? legend(on: page) : nil
    let frame = frame(on: page, below: header.bottom + (legend?.height ?? 0))
    let border = SVGElement(
      "rect",
      [
        "class": "border", "x": .number(frame.left), "y": .number(frame.top),
        "width": .number(frame.width), "height": .number(frame.height), "fill": "none",
        "stroke": .color(.gray), "stroke-width": .number(style.axisWidth * 0.75),
      ])
    let count = groups.reduce(0) { $0 + $1.points.count }
    let dotSize = count > 200 ? 0.27 : 0.42
    let behind = groups.filter { $0.color == nil } + groups.filter { $0.color != nil }
    let clouds = behind.compactMap {
      CloudMark(group: $0, dotSize: dotSize).elements(in: frame).first
    }
    var elements = header.elements + (legend?.elements(page: page, top: header.bottom) ?? [])
    elements += [border, .group("clouds", clouds)]
    let names = legend == nil ? CloudNames(groups, in: frame).elements ?? [] : []
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
}

/// The points of a group as one path of dots, which stays small in the file and easy to select.
struct CloudMark: Mark {
  let group: ScatterChart.Group
  /// In text sizes.
  let dotSize: Double

  /// Of groups without a colour.
  static let muted = RGB(hex: 0xb4b4b4)

  func elements(in frame: Frame) -> [SVGElement] {
    let places = group.points.compactMap { frame.place($0.x, $0.y) }
    guard !places.isEmpty else { return [] }
    let dots = places.map { "M\(SVGValue.numbers([$0.x, $0.y]).text)h0" }.joined()
    return [
      SVGElement(
        "path",
        [
          "class": "cloud", "data-name": .text(group.name), "d": .text(dots), "fill": "none",
          "stroke": .color(group.color ?? CloudMark.muted),
          "stroke-width": .number(frame.style.smallTextSize * dotSize),
          "stroke-linecap": "round",
          "stroke-opacity": "0.6",
        ], [SVGElement("title", text: group.name)])
    ]
  }
}
