/// Line charts above one another over one horizontal axis, the first of them the tallest.
public struct LineStack: Chart, Hashable {
  package var title: String
  /// The last one names the axis for all.
  package var panels: [LineChart]
  package var description: String

  /// - Parameters:
  ///   - panels: Of the same abscissas; the last one names the axis for all.
  ///   - description: What the figure shows in words and numbers.
  public init(title: String, panels: [LineChart], description: String) {
    self.title = title
    self.panels = panels
    self.description = description
  }

  /// The figure as an SVG document.
  public func svg(
    style: FigureStyle = .screen, width: Length? = nil, height: Length? = nil, idPrefix: String,
    tooltips: Bool = false
  ) -> String {
    render(style: style, width: width, height: height, idPrefix: idPrefix, tooltips: tooltips)
  }

  /// Of a lower panel's height, as a share of the first one's.
  private static let lowerShare = 0.45

  func suitableHeight(width: Double, style: FigureStyle) -> Double {
    let upper = width / goldenRatio
    return upper * (1 + Self.lowerShare * Double(max(panels.count - 1, 0)))
  }

  func elements(on page: Page) -> [SVGElement] {
    let header = page.titled(title)
    let top = page.showsTitle ? header.bottom - page.margin : 0
    let unit = (page.height - top) / (1 + Self.lowerShare * Double(max(panels.count - 1, 0)))
    let pages = panels.indices.map { index in
      Page(
        width: page.width, height: index == 0 ? unit : unit * Self.lowerShare, style: page.style,
        idPrefix: "\(page.idPrefix)-\(index + 1)", hasTooltips: page.hasTooltips,
        showsTitle: false, margin: page.margin)
    }
    // One left side and one right side for all.
    let sides = zip(panels, pages).map { $0.sides(on: $1) }
    let least = (left: sides.map(\.left).max() ?? 0, names: sides.map(\.names).max() ?? 0)
    var y = top
    return header.elements
      + zip(panels, pages).map { panel, part in
        defer { y += part.height }
        return SVGElement.group("panel", panel.elements(on: part, sides: least))
          .with("transform", .text("translate(\(SVGValue.numbers([0, y]).text))"))
      }
  }
}
