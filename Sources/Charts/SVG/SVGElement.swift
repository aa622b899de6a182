/// A node of an SVG document: a name, attributes in order, and what it holds.
package struct SVGElement: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case element(SVGElement)
    case text(String)
  }

  struct Attribute: Hashable, Sendable {
    let name: String
    let value: String
  }

  let name: String
  private(set) var attributes: [Attribute]
  private(set) var content: [Content]

  package init(
    _ name: String, _ attributes: KeyValuePairs<String, SVGValue> = [:],
    _ children: [SVGElement] = []
  ) {
    self.name = name
    self.attributes = attributes.map { Attribute(name: $0, value: $1.text) }
    content = children.map(Content.element)
  }

  package init(
    _ name: String, _ attributes: KeyValuePairs<String, SVGValue> = [:], text: String
  ) {
    self.init(name, attributes)
    content = [.text(text)]
  }

  /// The element with one more attribute; nil leaves it as it is.
  func with(_ name: String, _ value: SVGValue?) -> SVGElement {
    guard let value else { return self }
    var copy = self
    let attribute = Attribute(name: name, value: value.text)
    // An element that has one twice is no XML.
    if let place = attributes.firstIndex(where: { $0.name == name }) {
      copy.attributes[place] = attribute
    } else {
      copy.attributes.append(attribute)
    }
    return copy
  }

  func adding(_ element: SVGElement) -> SVGElement {
    var copy = self
    copy.content.append(.element(element))
    return copy
  }

  /// A group that a reader of a diff, or a script, can find by its class.
  static func group(_ name: SVGValue, _ children: [SVGElement]) -> SVGElement {
    SVGElement("g", ["class": name], children)
  }

  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: RGB = .ink, width: Double
  ) -> SVGElement {
    SVGElement(
      "line",
      [
        "x1": .number(x1), "y1": .number(y1), "x2": .number(x2), "y2": .number(y2),
        "stroke": .color(stroke), "stroke-width": .number(width),
      ])
  }
}

/// The text of an attribute, with numbers to a hundredth.
package struct SVGValue: ExpressibleByStringInterpolation, Sendable {
  let text: String

  package init(stringLiteral value: String) { text = value }

  static func text(_ text: String) -> SVGValue { SVGValue(stringLiteral: text) }
  static func color(_ color: RGB) -> SVGValue { .text(color.hex) }

  /// A coordinate. Far outside any page it is held at ±10⁶, which no renderer minds.
  package static func number(_ value: Double) -> SVGValue {
    .text(NumberText.trimmed(value.isNaN ? 0 : min(max(value, -1e6), 1e6), decimals: 2))
  }

  static func numbers(_ values: [Double]) -> SVGValue {
    .text(values.map { number($0).text }.joined(separator: " "))
  }

  /// The path through the points.
  static func path(_ points: [Place], closed: Bool = false) -> SVGValue {
    let pairs = points.map { "\(number($0.x).text) \(number($0.y).text)" }
    return .text("M" + pairs.joined(separator: "L") + (closed ? "Z" : ""))
  }
}

/// A place on the page, in points from its upper left corner.
struct Place: Hashable, Sendable {
  var x: Double
  var y: Double
}
