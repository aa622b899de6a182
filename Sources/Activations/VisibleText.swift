extension Unicode.Scalar {
  /// Whether the character acts on a terminal, a log or the order of the text around it instead of being
  /// seen: a control code, an override of writing direction, an end of line or paragraph, or no character.
  package var isInvisibleControl: Bool {
    switch value {
    case 0..<0x20, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff,
      0xfff9...0xfffb, 0xfffe, 0xffff:
      true
    default: false
    }
  }
}

extension String {
  /// The text of a name with controls as something that is seen: `␛` for an escape, `␊` for the end
  /// of a line, `‹U+202E›` for those that have no picture.
  ///
  /// Names of files, layers, classes and samples pass it where they come in, so that none of them moves
  /// a cursor, begins a line of a log or turns a text round, in whatever it is shown.
  package var visible: String { shown { $0.isInvisibleControl } }

  /// The same for a text of several lines, which stay lines.
  package var visibleLines: String { shown { $0.isInvisibleControl && $0 != "\n" } }

  /// The text of JSON with controls as its escapes.
  package var escapedAsJSON: String {
    replacing {
      $0.isInvisibleControl && $0 != "\n"
    } by: { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  private func shown(_ isHidden: (Unicode.Scalar) -> Bool) -> String {
    replacing(isHidden) { (scalar: Unicode.Scalar) -> String in
      switch scalar.value {
      case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value).map { String($0) } ?? ""
      case 0x7f: "␡"
      default: "‹U+" + Self.hexadecimal(scalar.value) + "›"
      }
    }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
  }

  private func replacing(
    _ isReplaced: (Unicode.Scalar) -> Bool, by text: (Unicode.Scalar) -> String
  ) -> String {
    guard unicodeScalars.contains(where: isReplaced) else { return self }
    return unicodeScalars.reduce(into: "") { result, scalar in
      if isReplaced(scalar) {
        result += text(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
}
