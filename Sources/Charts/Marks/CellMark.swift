/// Coloured cells for the values of a matrix, its first row on top.
struct CellMark: Mark {
  let rows: [String]
  let columns: [String]
  let values: [[Double?]]
  let color: @Sendable (Double) -> RGB
  /// The text of each value, where there is room for it.
  let text: (@Sendable (Double) -> String)?

  /// Beyond this many cells a tooltip for each would make the file too large for a page.
  private static let tooltipLimit = 4000

  func elements(in frame: Frame) -> [SVGElement] {
    let width = frame.width / Double(max(1, columns.count))
    let height = frame.height / Double(max(1, rows.count))
    // Large cells stand apart; small ones reach under the next, or their seams would show.
    let gap = min(width, height) > 6 ? 0.6 : -0.5
    let hasTooltips = rows.count * columns.count <= CellMark.tooltipLimit
    var cells: [SVGElement] = []
    var texts: [SVGElement] = []
    for (row, name) in rows.enumerated() {
      for (column, columnName) in columns.enumerated() {
        let value = CellMark.value(in: values, row: row, column: column)
        let x = frame.left + Double(column) * width
        let y = frame.top + Double(row) * height
        let fill = value.map(color) ?? .blank
        let right = min(x + width - gap, frame.right)
        let bottom = min(y + height - gap, frame.bottom)
        let cell = SVGElement(
          "rect",
          [
            "x": .number(x), "y": .number(y), "width": .number(right - x),
            "height": .number(bottom - y), "fill": .color(fill),
          ])
        let said = value.map { NumberText.significant($0) } ?? "no value"
        cells.append(
          hasTooltips
            ? cell.adding(SVGElement("title", text: "\(name), \(columnName): \(said)")) : cell)
        // Light gray can also be a colour of the ramp: what has no value is struck out.
        if value == nil, gap > 0 {
          cells.append(.line(x, bottom, right, y, stroke: .gray, width: frame.style.axisWidth))
        }
        if let value, let text {
          texts.append(
            .text(
              text(value), x: x + width / 2, middle: y + height / 2,
              size: frame.style.smallTextSize, anchor: .middle, fill: fill.readableText))
        }
      }
    }
    return [.group("cells", cells)] + (texts.isEmpty ? [] : [.group("values", texts)])
  }

  /// The value at a cell; none where it is not finite or a row is too short.
  static func value(in values: [[Double?]], row: Int, column: Int) -> Double? {
    guard values.indices.contains(row), values[row].indices.contains(column),
      let value = values[row][column], isDrawable(value)
    else { return nil }
    return value
  }
}
