/// Equal bands for `count` things in a row; the value of a thing is its index.
package struct BandScale: Scale, Hashable {
  package let names: [String]

  package init(_ names: [String]) { self.names = names }

  /// The middle of a band.
  package func position(of index: Double) -> Double? {
    guard isDrawable(index) else { return nil }
    return (index + 0.5) * width
  }

  /// The width of a band.
  package var width: Double { 1 / Double(max(1, names.count)) }

  /// One for every band: names are thinned where they are set, by the room they need.
  package func ticks(about count: Int) -> [Tick] {
    names.enumerated().map { Tick(value: Double($0), label: TickLabel(text: $1)) }
  }
}
