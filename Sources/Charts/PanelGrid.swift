/// Where the panels of a figure stand that share their scales: rows and columns of equal frames,
/// numbers at the outer sides only, and the names of the axes once, in the middle of these.
struct PanelGrid {
  let count: Int
  let columns: Int
  let xTicks: [Tick]
  let yTicks: [Tick]
  private let page: Page
  private let xAxis: Axis
  private let yAxis: Axis
  private let xScale: any Scale
  private let yScale: any Scale
  private let top: Double
  private let left: Double
  private let titleRoom: Double
  private let yRoom: Double
  private let pitch: Double
  private let gap: Double
  private let inset: Double
  private let width: Double
  private let height: Double

  /// - Parameters:
  ///   - top: Where what stands above the grid ends.
  ///   - titleRoom: The height kept for the title of each panel.
  ///   - inset: What the data keep from the sides of a panel.
  ///   - abscissas: What the scales must show, as `ordinates`.
  ///   - overhang: How far tick labels may reach into the gap between panels, as a share of it.
  init(
    on page: Page, below top: Double, count: Int, columns: Int, titleRoom: Double,
    inset: Double = 0, xAxis: Axis, yAxis: Axis, abscissas: [Double], ordinates: [Double],
    overhang: Double
  ) {
    let style = page.style
    let size = style.smallTextSize
    self.page = page
    self.count = count
    self.columns = columns
    self.top = top
    self.titleRoom = titleRoom
    self.inset = inset
    self.xAxis = xAxis
    self.yAxis = yAxis
    let rows = Self.rowCount(count, columns: columns)
    let xRoom = AxisMark.room(style, hasLabel: !xAxis.label.isEmpty, tickLabels: size)
    pitch =
      (page.height - style.margin - xRoom - top + style.textSize * 0.5) / Double(rows)
    height = pitch - titleRoom - style.textSize * 0.5
    let yCount = LineChart.tickCount(height: height, style: style)
    yScale = yAxis.scale(covering: ordinates, niceFor: yCount * 2)
    xScale = xAxis.scale(covering: abscissas, niceFor: nil)
    yTicks = yAxis.ticks(on: yScale, about: yCount, length: height)
    yRoom = yTicks.compactMap { $0.label?.width(size: size) }.max() ?? 0
    left = style.margin + AxisMark.room(style, hasLabel: !yAxis.label.isEmpty, tickLabels: yRoom)
    gap = style.textSize * 1.7
    width =
      (page.content.upperBound - left - size * 0.8 - gap * Double(columns - 1)) / Double(columns)
    let first = Frame(
      left: left, top: top + titleRoom, width: width, height: height, horizontal: xScale,
      vertical: yScale, inset: inset, style: style)
    xTicks = LineChart.fittingTicks(
      of: xAxis, in: first,
      bounds: left - gap * overhang...left + max(width, 1) + gap * overhang)
  }

  static func rowCount(_ count: Int, columns: Int) -> Int {
    max(1, (count + columns - 1) / columns)
  }

  /// The frame of a panel.
  func frame(_ index: Int) -> Frame {
    Frame(
      left: left + Double(index % columns) * (width + gap),
      top: top + Double(index / columns) * pitch + titleRoom, width: width, height: height,
      horizontal: xScale, vertical: yScale, inset: inset, style: page.style)
  }

  /// The axes of a panel, with numbers where it stands at the side of the grid.
  func axes(_ index: Int) -> [AxisMark] {
    [
      AxisMark(side: .bottom, ticks: xTicks, showsTickLabels: index + columns >= count),
      AxisMark(side: .left, ticks: yTicks, showsTickLabels: index % columns == 0),
    ]
  }

  /// The names of the axes, and a word where there is no panel.
  var names: [SVGElement] {
    let style = page.style
    let rows = Self.rowCount(count, columns: columns)
    let last = frame(max(0, min(columns, count) - 1))
    let whole = Frame(
      left: left, top: top + titleRoom, width: last.right - left,
      height: pitch * Double(rows) - titleRoom - style.textSize * 0.5, horizontal: xScale,
      vertical: yScale, style: style)
    let names = [
      AxisMark(
        side: .bottom, ticks: [], label: xAxis.label, hasLine: count == 0, bounds: page.content),
      AxisMark(
        side: .left, ticks: [], label: yAxis.label, labelRoom: yRoom, hasLine: count == 0,
        bounds: top...page.height - style.margin),
    ]
    return names.flatMap { $0.elements(in: whole) }
      + (count == 0 ? [page.emptyNote(in: whole)] : [])
  }
}
