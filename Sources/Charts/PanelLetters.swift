/// (a), (b), …, (z), (aa), … before the titles of panels, in reading order.
package struct PanelLetters {
  private var count = 0

  package init() {}

  /// The title behind the next letter.
  package mutating func next(before title: String) -> String {
    var text = ""
    var rest = count
    repeat {
      text = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(rest % 26))) + text
      rest = rest / 26 - 1
    } while rest >= 0
    count += 1
    return title.isEmpty ? "(\(text))" : "(\(text)) \(title)"
  }
}
