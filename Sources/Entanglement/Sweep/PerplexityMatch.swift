internal import ElementaryFunctions

/// The search for the temperature at which the mean perplexity has a given value.
///
/// Each e^{H_i} grows with T (dH/dT = Var_i[d]/T³ ≥ 0), from the number of ties of the nearest
/// neighbor to N − 1, so there is one such temperature or none. ln perplexity is interpolated over
/// ln T through the points known; `probes` names the temperatures that settle it, to be computed in
/// a pass that is made anyway.
struct PerplexityMatch {
  let target: Double
  /// The mean number of neighbors at the nearest distance: the perplexity as T → 0.
  private let tieCount: Double
  private let sampleCount: Int
  /// Below this temperature the perplexity is the tie count, to rounding.
  private let coldest: Double

  init(target: Double, tieCount: Double, sampleCount: Int, smallestScale: Double) {
    self.target = target
    self.tieCount = tieCount
    self.sampleCount = sampleCount
    coldest = smallestScale / (Elementary.log(Double(max(sampleCount, 2))) + 40)
  }

  /// Whether any temperature has this perplexity.
  var exists: Bool {
    target > tieCount * (1 + 1e-9) && target < Double(sampleCount - 1) * (1 - 1e-9)
      && coldest.isFinite
  }

  /// Why no temperature has this perplexity, for a reader.
  var absence: String {
    let wanted = target.rounded(toPlaces: 3)
    let reason =
      target >= Double(sampleCount - 1) * (1 - 1e-9)
      ? "there are \(sampleCount - 1) neighbors, reached only as T → ∞"
      : "\(tieCount.rounded(toPlaces: 3)) are at the nearest distance already, reached as T → 0"
    return "No temperature has the perplexity \(wanted): \(reason). "
      + "Choose another with --at-perplexity."
  }

  /// What to compute next, from the points known in ascending order; none when it is settled.
  func probes(_ points: [SweepPoint]) -> [Double] {
    guard exists, let first = points.first, let last = points.last else { return [] }
    if first.perplexity > target {
      return Self.spread(from: max(coldest, first.temperature * 1e-12), below: first.temperature)
    }
    if last.perplexity < target {
      return Self.spread(from: last.temperature * 1e6, below: last.temperature)
    }
    guard let bracket = bracket(points) else { return [] }
    if bracket.width <= Self.narrow || settledPlace(points, bracket) != nil { return [] }
    let guess = temperature(points) ?? first.temperature
    // A wide bracket is first cut down evenly: interpolation over decades tells little.
    if bracket.width > 1 {
      return Self.spread(from: bracket.low.temperature, below: bracket.high.temperature)
    }
    // Many, because a guess is a tenth off where classes come into reach all at once, and a further
    // temperature costs little beside a further pass.
    return (-5...5).map { guess * Elementary.exp(0.9 * Self.narrow * Double($0)) }
      .filter { $0 > bracket.low.temperature && $0 < bracket.high.temperature }
  }

  /// The temperature by interpolation; nil outside of the points known.
  func temperature(_ points: [SweepPoint]) -> Double? {
    guard exists, let bracket = bracket(points) else { return nil }
    if bracket.width > Self.narrow, let place = settledPlace(points, bracket) {
      return bracket.low.temperature * Elementary.exp(place)
    }
    // Three points on either side make a polynomial of degree five in ln T.
    let around = max(bracket.index - 2, 0)..<min(bracket.index + 4, points.count)
    let knots = points[around].map {
      (
        x: Elementary.log($0.temperature / bracket.low.temperature),
        y: Elementary.log($0.perplexity / target)
      )
    }
    let place = Self.root(below: bracket.width) { Self.interpolate(knots, at: $0) }
    return bracket.low.temperature * Elementary.exp(place)
  }

  /// The place in the bracket, in ln T above its lower end, where the slopes of the perplexity settle
  /// it: the polynomials through value and slope of one, two and three points on either side agree
  /// on it, the last two to 1e-6. On smooth sums the last one is then a thousand times as close.
  private func settledPlace(_ points: [SweepPoint], _ bracket: Bracket) -> Double? {
    guard bracket.width < Self.widestSettled else { return nil }
    let sides = [
      Self.spaced(points[...bracket.index].reversed(), by: bracket.width / 2),
      Self.spaced(points[(bracket.index + 1)...], by: bracket.width / 2),
    ]
    guard sides.allSatisfy({ $0.count == 3 }) else { return nil }
    var places: [Double] = []
    for count in 1...3 {
      var knots: [HermitePolynomial.Knot] = []
      for point in sides.flatMap({ $0.prefix(count) }) {
        guard let slope = point.perplexitySlope else { return nil }
        knots.append(
          HermitePolynomial.Knot(
            x: Elementary.log(point.temperature / bracket.low.temperature),
            value: Elementary.log(point.perplexity / target), slope: slope / point.perplexity))
      }
      let polynomial = HermitePolynomial(knots)
      places.append(Self.root(below: bracket.width, of: polynomial.value))
    }
    guard abs(places[1] - places[0]) < 1e-2, abs(places[2] - places[1]) < 1e-6 else { return nil }
    return places[2]
  }

  /// Up to three points, each so far in ln T from the one before, and not farther than a
  /// quarter of a decade: points on one another magnify rounding, and far ones say little.
  private static func spaced(_ points: some Sequence<SweepPoint>, by gap: Double) -> [SweepPoint] {
    var chosen: [SweepPoint] = []
    for point in points where chosen.count < 3 {
      let step = chosen.last.map { abs(Elementary.log(point.temperature / $0.temperature)) }
      guard let step else {
        chosen.append(point)
        continue
      }
      if step > widestSettled { break }
      if step >= gap { chosen.append(point) }
    }
    return chosen
  }

  /// Where a rising function turns positive between 0 and `width`.
  private static func root(below width: Double, of value: (Double) -> Double) -> Double {
    var low = 0.0
    var high = width
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if value(middle) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  private struct Bracket {
    let index: Int
    let low: SweepPoint
    let high: SweepPoint
    /// In ln T.
    let width: Double
  }

  /// The neighboring points between which the target lies.
  private func bracket(_ points: [SweepPoint]) -> Bracket? {
    guard let index = points.lastIndex(where: { $0.perplexity <= target }),
      index + 1 < points.count, points[index + 1].perplexity > target
    else { return nil }
    return Bracket(
      index: index, low: points[index], high: points[index + 1],
      width: Elementary.log(points[index + 1].temperature / points[index].temperature))
  }

  /// Neville's scheme.
  private static func interpolate(_ knots: [(x: Double, y: Double)], at x: Double) -> Double {
    var values = knots.map(\.y)
    for order in 1..<max(knots.count, 1) {
      for index in 0..<knots.count - order {
        let (left, right) = (knots[index].x, knots[index + order].x)
        values[index] =
          ((x - right) * values[index] + (left - x) * values[index + 1]) / (left - right)
      }
    }
    return values.first ?? 0
  }

  /// Temperatures at equal ratios from one (included) to another (left out).
  private static func spread(from first: Double, below second: Double) -> [Double] {
    guard first > 0, first.isFinite, first != second else { return [] }
    let step = Elementary.log(second / first) / Double(Self.spreadCount)
    return (0..<Self.spreadCount).map { first * Elementary.exp(step * Double($0)) }
  }

  private static let spreadCount = 32
  /// A quarter of a decade and a little more, in ln T.
  private static let widestSettled = 0.6
  /// A bracket this wide in ln T is settled: within it the interpolation is exact to 1e-9.
  private static let narrow = 0.02
}

extension Double {
  fileprivate func rounded(toPlaces places: Int) -> Double {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}
