internal import ElementaryFunctions

/// The temperatures that a curve is computed at, hot ones last.
public struct TemperatureSweep: Sendable, Equatable {
  /// What the numbers are in units of.
  public enum Scale: Sendable {
    /// The layer's mean squared distance, so that layers of any width and scale compare.
    case meanDistance
    /// Squared activation units.
    case absolute
  }

  /// Ascending, without repetition.
  package let values: [Double]
  package let scale: Scale

  /// - Throws: If there is no value, or one is not a positive finite number.
  public init(_ values: [Double], scale: Scale) throws(EntanglementError) {
    for value in values where !(value > 0 && value.isFinite) {
      throw .temperatureNotPositive(value)
    }
    guard !values.isEmpty else { throw .noTemperature }
    self.values = Set(values).sorted()
    self.scale = scale
  }

  /// `count` temperatures from one end to the other, both included, at equal ratios.
  public static func logarithmic(
    from first: Double, through last: Double, count: Int, scale: Scale
  ) throws(EntanglementError) -> TemperatureSweep {
    try TemperatureSweep(logarithmicGrid(from: first, through: last, count: count), scale: scale)
  }

  /// What is computed where nothing else is asked for: 0.001 to 1000 of the mean distance, eight
  /// temperatures a decade.
  public static let standard = TemperatureSweep(
    unchecked: logarithmicGrid(from: 0.001, through: 1000, count: 49), scale: .meanDistance)

  private init(unchecked values: [Double], scale: Scale) {
    self.values = values
    self.scale = scale
  }

  static func logarithmicGrid(from first: Double, through last: Double, count: Int) -> [Double] {
    guard count > 1, first > 0, last > 0 else { return [first] }
    let start = Elementary.log(first)
    let step = (Elementary.log(last) - start) / Double(count - 1)
    return (0..<count).map { index in
      switch index {
      case 0: first
      case count - 1: last
      default: Elementary.exp(start + step * Double(index)).roundedToDigits
      }
    }
  }
}

extension Double {
  /// The nearest number of 14 decimal digits: 0.01 rather than 0.010000000000000002.
  fileprivate var roundedToDigits: Double {
    guard self > 0, isFinite else { return self }
    let decimals = 13 - Int((Elementary.log(self) / Elementary.log(10)).rounded(.down))
    guard abs(decimals) < 22 else { return self }
    var power = 1.0
    for _ in 0..<abs(decimals) { power *= 10 }
    return decimals >= 0 ? (self * power).rounded() / power : (self / power).rounded() * power
  }
}
