internal import Charts

extension String {
  /// The columns that the text takes on a terminal: two for wide characters (Unicode TR 11), none
  /// for combining marks, which belong to the character before.
  package var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - displayWidth, 0))
  }

  func aligned(to width: Int) -> String {
    String(repeating: " ", count: max(width - displayWidth, 0)) + self
  }

  /// The text with its middle left out, if it is too long.
  package func elided(to width: Int) -> String {
    guard displayWidth > width, width > 0 else { return self }
    var front = (width - 1) / 3
    var back = width - 1 - front
    let head = prefix { character in
      front -= character.displayWidth
      return front >= 0
    }
    let tail = reversed().prefix { character in
      back -= character.displayWidth
      return back >= 0
    }
    return head + "…" + String(tail.reversed())
  }

  /// The text as lines of at most so many columns, of 40 at least, each ended.
  func wrapped(to width: Int) -> String {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, line.displayWidth + 1 + String(word).displayWidth > max(width, 40) {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension [String] {
  /// The names as `ShortNames` has them, of at most so many columns each.
  func fitting(columns: Int) -> [String] {
    ShortNames.fitting(self, Double(columns)) { Double($0.displayWidth) }
  }
}

extension Character {
  var displayWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    switch first.value {
    case 0..<0x20, 0x7f..<0xa0, 0x300...0x36f, 0x200b...0x200f, 0x202a...0x202e, 0xfeff: return 0
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
      0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff,
      0x20000...0x3fffd:
      return 2
    default: return 1
    }
  }
}
