/// A map from data to 0…1. It knows no pixels: where 0 and 1 lie is a `Frame`'s business.
package protocol Scale: Sendable {
  /// The place of a value, 0…1 inside the domain; nil for what has no place, such as NaN.
  func position(of value: Double) -> Double?

  /// Ticks inside the domain, their labels in one format: about `count` of them, never many more.
  func ticks(about count: Int) -> [Tick]
}

/// A place on an axis; without a label it is a minor tick.
package struct Tick: Hashable, Sendable {
  package let value: Double
  package let label: TickLabel?
}

/// The text of a tick, with a power set as a superscript: 10⁻².
package struct TickLabel: Hashable, Sendable {
  package let text: String
  package var exponent: String? = nil

  func width(size: Double) -> Double {
    TextMetrics.width(of: text, size: size)
      + TextMetrics.width(of: exponent ?? "", size: size * TickLabel.exponentSize)
  }

  static let exponentSize = 0.72
}

/// Values too large to subtract safely are treated as missing, so that no domain overflows.
func isDrawable(_ value: Double) -> Bool { abs(value) <= 1e300 }
