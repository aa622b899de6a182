/// Coloured cells for the values of a matrix, its first row on top.
struct CellMark: Mark {
  let rows: [String]
  let columns: [String]
  let values: [[Double?]]
  let color: @Sendable (Double) -> RGB
  /// The text of each value, where there is room for it.
  let text: (@Sendable (Double) -> String)?

  /// Beyond this many cells a tooltip for each would make the file too large for a page.
  private static let tooltipLimit = 1500

  func elements(in frame: Frame) -> [SVGElement] {
    let width = frame.width / Double(max(1, columns.count))
    let height = frame.height / Double(max(1, rows.count))
    // Large cells stand apart; small ones reach under the next, or their seams would show.
    let gap = min(width, height) > 6 ? 0.6 : -0.5
    let hasTooltips = rows.count * columns.count <= CellMark.tooltipLimit
    guard hasTooltips || width > 6 else {
      return [.group("cells", runs(in: frame, width: width, height: height))]
    }
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

  /// Many small cells: a path a colour, of runs of cells of one row, on the colour that most have.
  private func runs(in frame: Frame, width: Double, height: Double) -> [SVGElement] {
    var paths: [RGB: String] = [:]
    var counts: [RGB: Int] = [:]
    var order: [RGB] = []
    for row in rows.indices {
      let y = frame.top + Double(row) * height
      var start = 0
      while start < columns.count {
        func fill(_ column: Int) -> RGB {
          CellMark.value(in: values, row: row, column: column).map(color)?.coarse ?? .blank
        }
        let fill = (
          own: fill(start),
          end: columns.indices[start...].first { $0 > start && fill($0) != fill(start) }
            ?? columns.count
        )
        let (x, right) = (frame.left + Double(start) * width, frame.left + Double(fill.end) * width)
        let seam = 0.15
        let (reach, depth) = (
          min(right + seam, frame.right) - x, min(y + height + seam, frame.bottom) - y
        )
        if counts[fill.own] == nil { order.append(fill.own) }
        counts[fill.own, default: 0] += fill.end - start
        paths[fill.own, default: ""] +=
          "M\(SVGValue.numbers([x, y]).text)h\(SVGValue.number(reach).text)"
          + "v\(SVGValue.number(depth).text)h\(SVGValue.number(-reach).text)z"
        start = fill.end
      }
    }
    guard let ground = order.max(by: { (counts[$0] ?? 0) < (counts[$1] ?? 0) }) else { return [] }
    let rect = SVGElement(
      "rect",
      [
        "x": .number(frame.left), "y": .number(frame.top), "width": .number(frame.width),
        "height": .number(frame.height), "fill": .color(ground),
      ])
    return [rect]
      + order.filter { $0 != ground }.map {
        SVGElement("path", ["d": .text(paths[$0] ?? ""), "fill": .color($0)])
      }
  }

  /// The value at a cell; none where it is not finite or a row is too short.
  static func value(in values: [[Double?]], row: Int, column: Int) -> Double? {
    guard values.indices.contains(row), values[row].indices.contains(column),
      let value = values[row][column], isDrawable(value)
    else { return nil }
    return value
  }
}
