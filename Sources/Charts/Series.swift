/// One line of a chart: points in order, with a name.
public struct Series: Hashable, Sendable {
  /// A point of a line. Without a value, or with one that is not finite, the line has a gap there.
  public struct Point: Hashable, Sendable {
    package let x: Double
    package let y: Double?
    /// The tooltip where the figure has them; by default the series' name and the values.
    package let note: String?

    /// - Parameter note: The tooltip; the series' name and the values where it is nil.
    public init(_ x: Double, _ y: Double?, note: String? = nil) {
      self.x = x
      self.y = y
      self.note = note
    }
  }

  /// A point the figure is about, such as a minimum: a filled marker with a tooltip.
  public struct Emphasis: Hashable, Sendable {
    package let x: Double
    package let y: Double
    /// The tooltip; by default the series' name and the values.
    package let note: String?

    /// - Parameter note: The tooltip; the series' name and the values where it is nil.
    public init(_ x: Double, _ y: Double, note: String? = nil) {
      self.x = x
      self.y = y
      self.note = note
    }
  }

  package var name: String
  package var points: [Point]
  /// Bounds around each point, such as a confidence interval.
  package var band: [ClosedRange<Double>?]
  package var emphasised: [Emphasis]
  /// The place on the colour ramp, 0…1; by default the series' place among the others. Set it so
  /// that a series keeps its colour in a figure that leaves others out.
  package var depth: Double?
  /// In place of the ramp's.
  package var color: RGB?
  /// Whether a smooth curve joins the points, for samples of a smooth function. It has no extremum
  /// that the points have not.
  package var isSmooth: Bool
  /// Lines that this one stands for, such as the runs of a mean: by line, the values at each point.
  package var threads: [[Double?]] = []
  /// Whether points stand side by side and are no line: each thread's value a dot, the point's own a
  /// filled marker, the band a whisker.
  package var isStrip = false

  /// - Parameters:
  ///   - band: Bounds around each point, such as a confidence interval.
  ///   - depth: The place on the colour ramp, 0…1; the place among the others where it is nil.
  ///   - isSmooth: Whether a smooth curve joins the points, without an extremum of its own.
  public init(
    name: String, points: [Point], band: [ClosedRange<Double>?] = [], emphasised: [Emphasis] = [],
    depth: Double? = nil, isSmooth: Bool = false
  ) {
    self.name = name
    self.points = points
    self.band = band
    self.emphasised = emphasised
    self.depth = depth
    self.isSmooth = isSmooth
  }

  var abscissas: [Double] { points.map(\.x) + emphasised.map(\.x) }

  var ordinates: [Double] {
    points.compactMap(\.y) + emphasised.map(\.y) + threads.joined().compactMap(\.self)
      + band.compactMap(\.self).flatMap { [$0.lowerBound, $0.upperBound] }
  }

  /// Whether the points of lines in one chart carry markers: where both are few.
  package static func showMarkers(_ series: [Series]) -> Bool {
    series.count <= SeriesAppearance.mostMarkedSeries
      && series.contains { $0.points.count <= SeriesAppearance.mostMarkers }
  }

  /// Whether there is anything to draw between two scales.
  func isVisible(in frame: Frame) -> Bool {
    points.contains { frame.place($0.x, $0.y) != nil }
      || emphasised.contains { frame.place($0.x, $0.y) != nil }
  }

  /// Where the line ends: its rightmost place.
  func end(in frame: Frame) -> Place? {
    points.compactMap { frame.place($0.x, $0.y) }.filter { $0.x <= frame.right + 0.01 }
      .max { $0.x < $1.x }.map(frame.clamped)
  }
}

/// A dashed line at a value that gives the others their meaning, such as chance.
public struct Rule: Hashable, Sendable {
  enum Direction: Hashable, Sendable { case horizontal, vertical }

  let direction: Direction
  package let value: Double
  package let label: String
  /// The abscissas between which it lies; nil for all.
  let reach: ClosedRange<Double>?
  /// Whether its label stands beside the frame or in the legend.
  let isNamed: Bool

  /// Across the frame.
  /// - Parameter isNamed: Whether its label stands beside it, and not in a tooltip alone.
  public static func horizontal(at value: Double, label: String, isNamed: Bool = true) -> Rule {
    Rule(direction: .horizontal, value: value, label: label, reach: nil, isNamed: isNamed)
  }

  /// A short line between two abscissas, with its label in a tooltip.
  public static func mark(
    at value: Double, between reach: ClosedRange<Double>, label: String
  ) -> Rule {
    Rule(direction: .horizontal, value: value, label: label, reach: reach, isNamed: false)
  }

  /// From the bottom of the frame to its top.
  public static func vertical(at value: Double, label: String) -> Rule {
    Rule(direction: .vertical, value: value, label: label, reach: nil, isNamed: false)
  }
}
