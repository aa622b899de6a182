/// A length on paper, such as `5.5in`, `89mm` or `240pt`.
///
/// A figure is exactly as large as its declared length: the unit is kept up to the SVG's attributes.
public struct Length: Hashable, Sendable {
  /// What a length is in.
  public enum Unit: String, CaseIterable, Sendable {
    case inches = "in"
    case millimetres = "mm"
    case centimetres = "cm"
    case points = "pt"
    case pixels = "px"

    var points: Double {
      switch self {
      case .inches: 72
      case .millimetres: 72 / 25.4
      case .centimetres: 72 / 2.54
      case .points: 1
      case .pixels: 0.75
      }
    }
  }

  package let value: Double
  package let unit: Unit

  /// The lengths a figure can have, in points: from half an inch to a large poster.
  static let range = 36.0...7200.0

  /// - Precondition: From half an inch to 100 inches.
  public init(_ value: Double, _ unit: Unit) {
    precondition(
      Length.range.contains(value * unit.points), "no figure is \(value) \(unit.rawValue) long")
    self.value = value
    self.unit = unit
  }

  /// Reads a number directly followed by a unit: `in`, `mm`, `cm`, `pt` or `px`.
  public init(parsing text: String) throws(LengthError) {
    guard
      let unit = Unit.allCases.first(where: { text.hasSuffix($0.rawValue) }),
      case let digits = text.dropLast(unit.rawValue.count),
      digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
      let value = Double(String(digits))
    else { throw .unreadable(text) }
    guard Length.range.contains(value * unit.points) else { throw .outOfRange(text) }
    self.init(value, unit)
  }

  package var points: Double { value * unit.points }

  /// The length in this one's unit, rounded to a hundredth of it so that it can be written exactly.
  func sameUnit(points: Double) -> Length {
    let bounded = min(max(points, Length.range.lowerBound), Length.range.upperBound)
    let rounded = (bounded / unit.points * 100).rounded() / 100
    return Length.range.contains(rounded * unit.points)
      ? Length(rounded, unit) : Length(bounded / unit.points, unit)
  }

  var attribute: String { NumberText.trimmed(value, decimals: 4) + unit.rawValue }
}

/// Why a text is no length of a figure.
public enum LengthError: Error, Hashable, CustomStringConvertible {
  case unreadable(String)
  case outOfRange(String)

  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .unreadable(let text):
      "'\(text)' is not a length. Give a number and a unit without a space, such as 5.5in, 89mm, "
        + "8.9cm, 240pt or 720px."
    case .outOfRange(let text):
      "'\(text)' is no size for a figure. Give a length between 0.5in and 100in."
    }
  }
}
