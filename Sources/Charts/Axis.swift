/// What an axis shows and how: its name, its scale, and its ticks where they are not to be chosen.
public struct Axis: Hashable, Sendable {
  /// How values become places.
  public enum Kind: Hashable, Sendable {
    case linear, log
    /// Zero and then equal ratios, for values such as training steps; takes no domain.
    case logFromZero
  }

  /// A tick with a name of its own, such as an event at its time.
  public struct NamedTick: Hashable, Sendable {
    package let value: Double
    package let name: String

    /// - Parameter name: Stands in place of the number.
    public init(_ value: Double, _ name: String) {
      self.value = value
      self.name = name
    }
  }

  /// The axis' name with its unit in parentheses; empty for none.
  package var label: String
  package var kind: Kind
  /// The values shown; by default those of the data, widened to whole ticks on the vertical axis.
  package var domain: ClosedRange<Double>?
  /// Ticks in place of chosen ones. Names without room are left out; their ticks stay.
  package var ticks: [NamedTick]?

  /// - Parameters:
  ///   - label: The name with its unit in parentheses.
  ///   - domain: The values shown; those of the data where it is nil.
  ///   - ticks: In place of chosen ones.
  public init(
    label: String = "", kind: Kind = .linear, domain: ClosedRange<Double>? = nil,
    ticks: [NamedTick]? = nil
  ) {
    self.label = label
    self.kind = kind
    self.domain = domain
    self.ticks = ticks
  }

  /// One position for each name in order: 0, 1, 2, …
  public static func categories(_ names: [String], label: String = "") -> Axis {
    Axis(
      label: label, domain: names.isEmpty ? nil : 0...Double(max(names.count - 1, 0)),
      ticks: names.enumerated().map { NamedTick(Double($0), $1) })
  }

  /// The axis' scale: over the domain where one is given and has a place on the scale, else over
  /// the values, widened to whole ticks where a count of ticks is given.
  func scale(covering values: [Double], niceFor count: Int?) -> any Scale {
    let given = domain.flatMap { isDrawable($0.lowerBound) && isDrawable($0.upperBound) ? $0 : nil }
    switch kind {
    case .linear:
      if let given { return LinearScale(given) }
      let scale = LinearScale(covering: values)
      return count.map { scale.padded.nice(about: $0) } ?? scale
    case .log:
      if let given, given.lowerBound > 0 { return LogScale(given) }
      let scale = LogScale(covering: values)
      return count.map(scale.nice) ?? scale
    case .logFromZero: return LogFromZeroScale(covering: values)
    }
  }

  /// The ticks on a scale of this axis that is so many points long: about `count` with a label, and
  /// on a logarithmic one minor ticks.
  func ticks(on scale: any Scale, about count: Int, length: Double) -> [Tick] {
    if let ticks {
      return ticks.filter { tick in
        scale.position(of: tick.value).map { (-1e-9...1 + 1e-9).contains($0) } ?? false
      }
      .sorted { $0.value < $1.value }
      .map { Tick(value: $0.value, label: TickLabel(text: $0.name)) }
    }
    let major = scale.ticks(about: count)
    let room = Int(length / 4)
    let minor =
      (scale as? LogScale)?.minorTicks(atMost: room)
      ?? (scale as? LogFromZeroScale)?.minorTicks(atMost: room) ?? []
    return major + minor.filter { tick in !major.contains { $0.value == tick.value } }
  }
}
