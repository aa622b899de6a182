internal import Entanglement

/// An interval in each format.
extension Interval {
  /// `[+0.12, +0.34]`, of a difference.
  var text: String { "[\(NumberStyle.signed(lower)), \(NumberStyle.signed(upper))]" }

  /// `[0.12, 0.34]`, of a loss.
  var unsignedText: String { "[\(NumberStyle.loss(lower)), \(NumberStyle.loss(upper))]" }

  /// What stands behind ±.
  var halfWidth: Double { (upper - lower) / 2 }

  /// What a band of a figure spans.
  var bounds: ClosedRange<Double> { lower...max(lower, upper) }

  /// The member `interval`, or none.
  static func member(_ interval: Interval?) -> [(String, JSONValue)] {
    member(interval, "interval")
  }

  /// The same of an estimate's total interval.
  static func totalMember(_ interval: Interval?) -> [(String, JSONValue)] {
    member(interval, "totalInterval")
  }

  private static func member(_ interval: Interval?, _ name: String) -> [(String, JSONValue)] {
    interval.map { [(name, .array([.number($0.lower), .number($0.upper)]))] } ?? []
  }
}

extension HTMLText.Cell {
  /// It sorts by its lower end.
  init(_ interval: Interval?) { self.init(interval?.text ?? "–", sortedBy: interval?.lower) }
}
