import Charts
import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What a test wants to know of a figure, read back from its bytes by an XML parser.
final class FigureReader: NSObject, XMLParserDelegate {
  /// A text that is not rotated, with the box its glyphs take by our own metrics.
  struct Text {
    let string: String
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    func overlaps(_ other: Text) -> Bool {
      left < other.right - 0.1 && other.left < right - 0.1 && top < other.bottom - 0.1
        && other.top < bottom - 0.1
    }
  }

  private(set) var isWellFormed = false
  private(set) var root: [String: String] = [:]
  private(set) var texts: [Text] = []
  private(set) var ids: [String] = []
  private(set) var classes: [String: Int] = [:]
  private(set) var elements: [String: Int] = [:]
  private(set) var seriesNames: [String] = []
  private(set) var titles: [String] = []
  private var attributes: [String: String] = [:]
  private var string = ""
  private var width = 0.0
  private var fontSize = 0.0
  private var isInTooltip = false
  /// How far the open groups are moved, one a level.
  private var offsets: [(x: Double, y: Double)] = [(0, 0)]

  init(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  var size: (width: Double, height: Double) {
    let box = (root["viewBox"] ?? "").split(separator: " ").compactMap { Double(String($0)) }
    return box.count == 4 ? (box[2], box[3]) : (0, 0)
  }

  /// Pairs of texts that stand on one another.
  var collisions: [(String, String)] {
    texts.indices.flatMap { first in
      texts.indices.dropFirst(first + 1)
        .filter { texts[first].overlaps(texts[$0]) }
        .map { (texts[first].string, texts[$0].string) }
    }
  }

  /// Texts that leave the page.
  var strays: [String] {
    texts.filter {
      $0.left < -0.1 || $0.right > size.width + 0.1 || $0.top < -0.1
        || $0.bottom > size.height + 0.1
    }
    .map(\.string)
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    if root.isEmpty { root = attributes }
    var offset = offsets[offsets.count - 1]
    if name == "g", let moved = attributes["transform"] {
      let numbers = moved.split { !"0123456789.-".contains($0) }.compactMap { Double(String($0)) }
      offset = (offset.x + numbers[0], offset.y + numbers[1])
    }
    offsets.append(offset)
    elements[name, default: 0] += 1
    if let id = attributes["id"] { ids.append(id) }
    if let name = attributes["class"] { classes[name, default: 0] += 1 }
    if let name = attributes["data-name"] { seriesNames.append(name) }
    if name == "text" {
      self.attributes = attributes
      string = ""
      width = 0
    }
    if let text = attributes["font-size"], let value = Double(text) { fontSize = value }
    if name == "title" {
      isInTooltip = true
      titles.append("")
    }
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) {
    if isInTooltip {
      titles[titles.count - 1] += characters
    } else {
      string += characters
      width += TextMetrics.width(of: characters, size: fontSize)
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "title" { isInTooltip = false }
    let offset = offsets.popLast() ?? (0, 0)
    guard name == "text", attributes["transform"] == nil,
      let x = Double(attributes["x"] ?? ""), let y = Double(attributes["y"] ?? ""),
      let size = Double(attributes["font-size"] ?? "")
    else { return }
    let isBold = attributes["font-weight"] == "bold"
    // The bold estimate has slack for layout; the glyphs themselves are about 6 % wider.
    let width = self.width * (isBold ? 1.05 : 1)
    let left =
      switch attributes["text-anchor"] {
      case "middle": x - width / 2
      case "end": x - width
      default: x
      }
    texts.append(
      Text(
        string: string, left: left + offset.x, right: left + width + offset.x,
        top: y - size * 0.72 + offset.y, bottom: y + offset.y))
  }
}
