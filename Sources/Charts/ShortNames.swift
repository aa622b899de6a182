/// Names of things shortened so that they fit and are still told apart: in figures by the width of their
/// text, in tables by their columns.
///
/// What all that are too long begin and end with goes first, as far as there is no room for it:
///
///     model.encoder.layers.3.attention.output → …layers.3…
///     model.encoder.layers.11.attention.output → …layers.11…
///
/// Where that is not enough the middle of each goes, or the part whose loss leaves most of them distinct.
package enum ShortNames {
  /// - Parameters:
  ///   - limit: What no name may exceed by the measure.
  ///   - measure: Of a longer text it is no less.
  package static func fitting(
    _ names: [String], _ limit: Double, by measure: (String) -> Double
  ) -> [String] {
    let long = names.indices.filter { measure(names[$0]) > limit }
    guard !long.isEmpty else { return names }
    let alike = mostAlike(long, names)
    let together = window(long.map { names[$0] }, limit, by: measure)
    // One name that is like no other, such as that of a line of reference, is cut by itself.
    let apart = window(alike.map { names[$0] }, limit, by: measure).map { texts in
      let found = Dictionary(uniqueKeysWithValues: zip(alike, texts))
      return long.map { found[$0] ?? cut(names[$0], limit, by: measure) }
    }
    let candidates =
      [together, apart].compactMap(\.self)
      + [0.5, 0.65, 0.35, 0.8, 0.2, 1, 0].map { share in
        long.map { cut(names[$0], limit, headShare: share, by: measure) }
      }
    func shortened(_ texts: [String]) -> [String] {
      var all = names
      for (place, text) in zip(long, texts) { all[place] = text }
      return all
    }
    // The first of those that tell most names apart.
    let all = candidates.map(shortened)
    let distinct = all.map { Set($0).count }
    let best = all.indices.max { (distinct[$0], $1) < (distinct[$1], $0) }
    return best.map { all[$0] } ?? names
  }

  /// The most of some names that begin with one part, in their order.
  private static func mostAlike(_ indices: [Int], _ names: [String]) -> [Int] {
    let byStart = Dictionary(grouping: indices) { parts(names[$0]).first ?? "" }
    return byStart.values.max { ($0.count, $1[0]) < ($1.count, $0[0]) } ?? []
  }

  /// The names without what all begin and end with, but for as many parts of it as fit; nil where they
  /// share nothing, or what is left does not fit.
  private static func window(
    _ names: [String], _ limit: Double, by measure: (String) -> Double
  ) -> [String]? {
    let distinct = Set(names)
    guard distinct.count > 1, names.allSatisfy({ $0.utf8.count <= 16 * longestEnd }) else {
      return nil
    }
    let parts = names.map(parts)
    let shortest = parts.map(\.count).min() ?? 0
    let head = (0..<shortest).prefix { place in
      parts.allSatisfy { $0[place] == parts[0][place] }
    }.count
    let tail = (0..<max(shortest - head - 1, 0)).prefix { place in
      parts.allSatisfy { $0[$0.count - 1 - place] == parts[0][parts[0].count - 1 - place] }
    }.count
    guard head + tail > 0 else { return nil }
    func texts(_ before: Int, _ after: Int) -> [String] {
      parts.map { parts in
        let kept = parts[before..<parts.count - after].joined()
        return (before > 0 ? "…" : "") + trimmed(kept, front: before > 0, back: after > 0)
          + (after > 0 ? "…" : "")
      }
    }
    func fits(_ before: Int, _ after: Int) -> Bool {
      texts(before, after).allSatisfy { measure($0) <= limit }
    }
    var (before, after) = (head, tail)
    guard fits(before, after) else { return nil }
    // A part comes back with its separator, those in front first: they say what a number counts.
    while before > 0, fits(before - 1, after) { before -= 1 }
    while after > 0, fits(before, after - 1) { after -= 1 }
    return texts(before, after)
  }

  /// The text cut at its separators, which are parts of their own.
  private static func parts(_ text: String) -> [String] {
    var parts: [String] = []
    var open = ""
    for character in text {
      if separators.contains(character) {
        if !open.isEmpty { parts.append(open) }
        parts.append(String(character))
        open = ""
      } else {
        open.append(character)
      }
    }
    return open.isEmpty ? parts : parts + [open]
  }

  /// A separator beside an ellipsis says nothing.
  private static func trimmed(_ text: String, front: Bool, back: Bool) -> String {
    var text = Substring(text)
    if front { text = text.drop(while: separators.contains) }
    while back, let last = text.last, separators.contains(last) { text.removeLast() }
    return String(text)
  }

  /// The text, or as much of its two ends around an ellipsis as fits.
  ///
  /// - Parameter headShare: How much of what is kept stands before the ellipsis.
  package static func cut(
    _ text: String, _ limit: Double, headShare: Double = 0.5, by measure: (String) -> Double
  ) -> String {
    guard measure(text) > limit else { return text }
    // Of a text of any length no more than its ends is ever shown.
    let isLong = text.utf8.count > 16 * longestEnd
    let characters =
      isLong ? Array(text.prefix(longestEnd)) + text.suffix(longestEnd) : Array(text)
    func shortened(_ kept: Int) -> String {
      let headCount = Int((Double(kept) * headShare).rounded())
      let head = trimmed(String(characters.prefix(headCount)), front: false, back: true)
      let tail = trimmed(String(characters.suffix(kept - headCount)), front: true, back: false)
      return head + "…" + tail
    }
    // A longer cut is wider but for kerning, so the longest that fits can be bisected.
    var low = 0
    var high = max(0, characters.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      let fits = measure(shortened(middle)) <= limit
      (low, high) = fits ? (middle, high) : (low, middle - 1)
    }
    return shortened(low)
  }

  /// Characters of either end of a long text that may be shown.
  private static let longestEnd = 1000

  private static let separators: Set<Character> = [".", "_", "-", "/", ":", " "]
}
