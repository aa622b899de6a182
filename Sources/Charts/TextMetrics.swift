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

  /// Characters of either end of a long text that may be shown.
  private static let longestEnd = 1000

  private static let separators: Set<Character> = [".", "_", "-", "/", ":", " "]

  /// The text, or as much of its two ends around an ellipsis as fits the width.
  ///
  /// - Parameter headShare: how much of what is kept stands before the ellipsis.
  package static func elided(
    _ text: String, toFit width: Double, size: Double, headShare: Double = 0.5
  ) -> String {
    guard self.width(of: text, size: size) > width else { return text }
    // Of a text of any length no more than its ends is ever shown.
    let isLong = text.utf8.count > 16 * longestEnd
    let characters =
      isLong ? Array(text.prefix(longestEnd)) + text.suffix(longestEnd) : Array(text)
    func shortened(_ kept: Int) -> String {
      let headCount = Int((Double(kept) * headShare).rounded())
      // A separator beside the ellipsis says nothing.
      let head = characters.prefix(headCount).reversed().drop(while: separators.contains)
      let tail = characters.suffix(kept - headCount).drop(while: separators.contains)
      return String(head.reversed()) + "…" + String(tail)
    }
    // A longer cut is wider but for kerning, so the longest that fits can be bisected.
    var low = 0
    var high = max(0, characters.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      let fits = self.width(of: shortened(middle), size: size) <= width
      (low, high) = fits ? (middle, high) : (low, middle - 1)
    }
    return shortened(low)
  }

  /// The names, cut where the most of them remain distinct: `encoder.layers.11.mlp.down_proj` has
  /// its number in the middle, `block3_conv1` at the ends.
  package static func elided(_ names: [String], toFit width: Double, size: Double) -> [String] {
    let cuts = [0.5, 0.65, 0.35, 0.8, 0.2, 1, 0].map { share in
      names.map { elided($0, toFit: width, size: size, headShare: share) }
    }
    // Where one cut cannot do, what all begin with goes as well.
    let shared = sharedPrefixLength(names)
    let windows = names.map { name in
      guard self.width(of: name, size: size) > width, shared > 1 else { return name }
      return elided("…" + name.dropFirst(shared), toFit: width, size: size, headShare: 1)
    }
    return (cuts + [windows]).reduce(cuts[0]) { best, other in
      Set(other).count > Set(best).count ? other : best
    }
  }

  /// The length of what all names begin with, up to and with a separator.
  private static func sharedPrefixLength(_ names: [String]) -> Int {
    guard let first = names.first else { return 0 }
    let shared = names.dropFirst().reduce(Substring(first)) { prefix, name in
      prefix.prefix(zip(prefix, name).prefix { $0 == $1 }.count)
    }
    return (shared.lastIndex(where: separators.contains)).map {
      first.distance(from: first.startIndex, to: $0) + 1
    } ?? 0
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
