/// A line of values in a few characters.
enum Sparkline {
  /// `width` of the values, the first and the last always, from the least to the greatest; a
  /// missing one is a space.
  static func text(_ values: [Double?], width: Int) -> String {
    let levels = Array("▁▂▃▄▅▆▇█")
    let known = values.compactMap(\.self)
    guard width > 0, let low = known.min(), let high = known.max() else { return "" }
    return String(
      values.spread(into: width).map { value -> Character in
        guard let value else { return " " }
        guard high > low else { return levels[3] }
        return levels[Int(((value - low) / (high - low) * 7).rounded())]
      })
  }
}

extension RandomAccessCollection {
  /// `count` of the elements, the first and the last always, evenly between; all where they are no
  /// more.
  func spread(into count: Int) -> [Element] {
    guard self.count > count else { return Array(self) }
    func element(_ place: Int) -> Element { self[index(startIndex, offsetBy: place)] }
    guard count > 1 else { return [element(self.count - 1)] }
    return (0..<count).map {
      element(($0 * (self.count - 1) + (count - 1) / 2) / (count - 1))
    }
  }
}
