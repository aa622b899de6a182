// Charts: data in, one self-contained SVG out. The module knows nothing of what it draws.
//
//   data ──Axis──▶ Scale (domain → 0…1) ──Frame──▶ places on the page
//                    │                                 │
//                  Ticks                             Mark ──▶ SVGElement ──SVGWriter──▶ bytes
//
// A scale knows no pixels, a mark no text format, the writer no chart. A chart decides how the page
// is shared between its frame and the texts around it; texts are measured by Helvetica's widths
// before anything is drawn. Everything is in points; the same data gives the same bytes.

/// What a figure shows: it fills a page of a width that it is given.
protocol Chart: Sendable {
  var title: String { get }
  /// What the figure shows in words and numbers, for those who do not see it.
  var description: String { get }

  /// The height that suits the chart on a page of the width, in points.
  func suitableHeight(width: Double, style: FigureStyle) -> Double
  func elements(on page: Page) -> [SVGElement]
}

let goldenRatio = 1.618033988749895

extension Chart {
  func suitableHeight(width: Double, style: FigureStyle) -> Double { width / goldenRatio }

  func render(
    style: FigureStyle, width: Length?, height: Length?, idPrefix: String, tooltips: Bool = false
  ) -> String {
    let width = width ?? style.columnWidth
    let suitable = min(suitableHeight(width: width.points, style: style), style.maximumHeight)
    let height = height ?? width.sameUnit(points: suitable)
    let page = Page(
      width: width.points, height: height.points, style: style, idPrefix: Page.identifier(idPrefix),
      hasTooltips: tooltips, showsTitle: style == .screen)
    let box = SVGValue.numbers([0, 0, page.width, page.height])
    let background = style.background.map {
      SVGElement(
        "rect", ["class": "background", "width": "100%", "height": "100%", "fill": .color($0)])
    }
    let root = SVGElement(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "width": .text(width.attribute),
        "height": .text(height.attribute), "viewBox": box, "role": "img",
        "aria-labelledby": "\(page.idPrefix)-title \(page.idPrefix)-desc",
        "font-family": .text(style.fontFamily),
      ],
      [
        SVGElement("title", ["id": "\(page.idPrefix)-title"], text: title),
        SVGElement("desc", ["id": "\(page.idPrefix)-desc"], text: description),
      ] + (background.map { [$0] } ?? []) + elements(on: page))
    return SVGWriter.document(root)
  }
}

/// The paper a chart is drawn on, in points.
struct Page: Sendable {
  let width: Double
  let height: Double
  let style: FigureStyle
  /// Stands before every id, so that figures can share one HTML page.
  let idPrefix: String
  /// Whether every point answers the pointer, for a browser.
  let hasTooltips: Bool
  /// In a paper the caption is the title.
  let showsTitle: Bool
  /// Between the page's sides and what is drawn.
  let margin: Double

  init(
    width: Double, height: Double, style: FigureStyle, idPrefix: String, hasTooltips: Bool = false,
    showsTitle: Bool = true, margin: Double? = nil
  ) {
    self.width = width
    self.height = height
    self.style = style
    self.idPrefix = idPrefix
    self.hasTooltips = hasTooltips
    self.showsTitle = showsTitle
    self.margin = margin ?? style.margin
  }

  var content: ClosedRange<Double> { margin...max(width - margin, margin + 1) }

  /// The title at the top left, in at most two lines or those it is given in, and where what is below it begins.
  func titled(_ title: String) -> (elements: [SVGElement], bottom: Double) {
    let title = showsTitle ? title : ""
    let size = style.textSize
    let room = content.upperBound - content.lowerBound
    let parts = title.split(separator: "\n").map(String.init)
    // A title of two lines is a name and what is said of it.
    let lines =
      parts.count > 1
      ? parts.map { TextMetrics.elided($0, toFit: room / 1.08, size: size) }
      : TextMetrics.lines(of: title, toFit: room, size: size, bold: true, atMost: 2)
    guard !lines.isEmpty else { return ([], margin + size * 0.4) }
    let texts = lines.enumerated().map { index, line in
      SVGElement.text(
        line, x: content.lowerBound,
        middle: margin + size * (0.5 + Double(index) * TextLine.height), size: size,
        bold: parts.count == 1 || index == 0)
    }
    let height = size * (Double(lines.count) * TextLine.height + 0.35)
    return ([.group("title", texts)], margin + height)
  }

  /// The note that stands in an empty frame, off its middle where a rule may be.
  func emptyNote(in frame: Frame) -> SVGElement {
    .group(
      "note",
      [
        .text(
          "no data", x: (frame.left + frame.right) / 2, middle: frame.top + frame.height * 0.7,
          size: style.textSize, anchor: .middle, fill: .gray)
      ])
  }

  /// The text as an XML id: what is not a letter, digit, hyphen or underscore of ASCII is a hyphen.
  static func identifier(_ text: String) -> String {
    let id = String(
      text.unicodeScalars.map { scalar -> Character in
        let isKept =
          scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        return isKept || scalar == "-" || scalar == "_" ? Character(scalar) : "-"
      })
    let startsWithLetter = id.unicodeScalars.first.map(\.properties.isAlphabetic) ?? false
    return startsWithLetter ? id : "figure-" + id
  }
}
