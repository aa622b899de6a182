/// Estimates of how much room a text takes, from Helvetica's advance widths.
///
/// The figure is laid out without the font that will draw it; Arial and Liberation Sans have the
/// same widths, and what follows leaves a little slack.
package enum TextMetrics {
  /// The width of a line of text, in points.
  package static func width(of text: String, size: Double, bold: Bool = false) -> Double {
    let units = text.unicodeScalars.reduce(0) { $0 + advance(of: $1) }
    return Double(units) / 1000 * size * (bold ? 1.08 : 1.01)
  }

  static func widest(_ texts: [String], size: Double) -> Double {
    texts.map { width(of: $0, size: size) }.max() ?? 0
  }

  /// From Adobe's metrics of Helvetica, for U+0020 … U+007E, in thousandths of the size.
  private static let latin: [Int] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]

  private static func advance(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20...0x7e: latin[Int(scalar.value) - 0x20]
    case 0..<0x20, 0x300...0x36f, 0x200b...0x200f, 0xfe00...0xfe0f: 0
    case 0xb2, 0xb3, 0xb9, 0x2070...0x208e: 365
    case 0x1100...0x115f, 0x2026, 0x2e80...0xd7ff, 0xf900...0xfaff, 0xff00...0xff60,
      0x1f000...0x3ffff:
      1000
    default: 600
    }
  }

  /// The text, or as much of its two ends around an ellipsis as fits the width.
  ///
  /// - Parameter headShare: how much of what is kept stands before the ellipsis.
  package static func elided(
    _ text: String, toFit width: Double, size: Double, headShare: Double = 0.5
  ) -> String {
    ShortNames.cut(text, width, headShare: headShare) { self.width(of: $0, size: size) }
  }

  /// The names as `ShortNames` has them, of at most the width each.
  package static func elided(_ names: [String], toFit width: Double, size: Double) -> [String] {
    ShortNames.fitting(names, width) { self.width(of: $0, size: size) }
  }

  /// The text broken at spaces into lines of at most the width; the last of them elided.
  static func lines(
    of text: String, toFit width: Double, size: Double, bold: Bool = false, atMost limit: Int
  ) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last {
        let longer = last + " " + word
        if lines.count == limit || self.width(of: longer, size: size, bold: bold) <= width {
          lines[lines.count - 1] = longer
          continue
        }
      }
      lines.append(String(word))
    }
    let available = bold ? width / 1.07 : width
    return lines.map { elided($0, toFit: available, size: size, headShare: 0.8) }
  }
}
