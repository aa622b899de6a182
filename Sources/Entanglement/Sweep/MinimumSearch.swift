internal import ElementaryFunctions
internal import PairwiseDistances

/// The search for the least loss over all temperatures.
///
/// l is not convex in β and can hide a second minimum behind a plateau of many decades, so nothing
/// is assumed of its form: a grid of eight temperatures a decade covers every temperature that can
/// hold the minimum, each change of the slope from falling to rising brackets a local minimum, and
/// each bracket is narrowed until the polynomial through value, slope and curvature at its ends
/// gives the minimum to some 1e-7 of the loss. Mostly it does so from the first pass on. Of the least one
/// the loss at its temperature is then computed (`LayerFindings`).
///
/// Colder than where mean_i max(0, g_i/T − log n_i) exceeds the best value there is none (g_i: how
/// much nearer the nearest other-class neighbor is), nor hotter than d_max/(chance − best).
struct MinimumSearch {
  private let scale: Double
  private var candidates: [Candidate] = []

  init(scale: Double) {
    self.scale = scale
  }

  struct Result {
    let minimum: LossMinimum
    let localMinima: [LocalMinimum]
  }

  /// - Parameter probes: What else to compute in the passes that refine.
  mutating func run(
    curve: [Double], evaluation: inout SweepEvaluation,
    beside probes: (SweepEvaluation) -> [Double] = { _ in [] }
  ) throws(EntanglementError) {
    let grid = TemperatureSweep.standard.values.map { $0 * scale }.filter { temperature in
      // Where the curve is as dense as the grid, it stands in for it.
      !curve.contains { abs(Elementary.log($0 / temperature)) < Self.gridStep / 2 }
    }
    var known = Set(curve + grid)
    try evaluation.evaluate(Array(known), curvature: true)
    var next = extensionGrid(of: known, evaluation)
    for _ in 0..<Self.mostPasses {
      let wide = brackets(known, evaluation).filter { $0.width > Self.narrow && !$0.isSettled }
      next += wide.flatMap(\.probes) + probes(evaluation)
      let new = Set(next).subtracting(known)
      guard !new.isEmpty else { break }
      try evaluation.evaluate(Array(new), curvature: true)
      known.formUnion(new)
      next = []
    }
    candidates = prominent(
      brackets(known, evaluation).map { $0.minimum }, points: sorted(known, evaluation))
  }

  func result(chance: Double, limitAtZero: Double?, isConstant: Bool) -> Result {
    let localMinima = candidates.map {
      LocalMinimum(
        temperature: $0.temperature, relativeTemperature: $0.temperature / scale, loss: $0.loss)
    }
    let best = candidates.min { $0.loss < $1.loss }
    func end(_ position: LossMinimum.Position, _ loss: Double) -> Result {
      Result(
        minimum: LossMinimum(
          position: position, temperature: nil, relativeTemperature: nil, loss: loss,
          refined: true),
        localMinima: isConstant ? [] : localMinima)
    }
    if isConstant { return end(.infinity, chance) }
    if let limitAtZero, limitAtZero <= min(best?.loss ?? chance, chance) {
      return end(.zero, limitAtZero)
    }
    guard let best, best.loss < chance else { return end(.infinity, chance) }
    return Result(
      minimum: LossMinimum(
        position: .interior, temperature: best.temperature,
        relativeTemperature: best.temperature / scale, loss: best.loss, refined: true),
      localMinima: localMinima)
  }

  /// The temperatures beyond the known ones that may hold the minimum.
  private func extensionGrid(of known: Set<Double>, _ evaluation: SweepEvaluation) -> [Double] {
    let points = sorted(known, evaluation)
    guard let coldest = points.first, let hottest = points.last,
      let limits = evaluation.limits
    else { return [] }
    let chance = evaluation.statistics.chance
    let count = evaluation.samples.count
    let best = points.map(\.loss).min() ?? chance
    var grid: [Double] = []
    func extend(from start: Double, to end: Double) {
      guard start > 0, end > 0, end.isFinite else { return }
      let steps = (abs(Elementary.log(end / start)) / Self.gridStep).rounded(.up)
      guard steps >= 1 else { return }
      let factor = Elementary.exp(end < start ? -Self.gridStep : Self.gridStep)
      var temperature = start
      for _ in 0..<min(Int(steps), Self.mostExtension) {
        temperature *= factor
        if temperature > 0, temperature.isFinite { grid.append(temperature) }
      }
    }
    if limits.limitAtZero == nil {
      // The bound falls with T: halve the range of ln T until it is found.
      var excluded = coldest.temperature * 1e-30
      var open = coldest.temperature
      if limits.lowerBound(at: open) <= best {
        for _ in 0..<60 {
          let middle = (excluded * open).squareRoot()
          if limits.lowerBound(at: middle) > best {
            excluded = middle
          } else {
            open = middle
          }
        }
        extend(from: coldest.temperature, to: open)
      }
    } else if limits.limitAtZero == 0, 2 * Double(count) * coldest.loss < Self.leastProminence {
      // Nothing colder is a minimum: with every nearest neighbor of its own class, r(β) ≤ n_same·r(β₀)
      // for β > β₀, so that no loss there is above 2·N·l(β₀).
    } else if limits.smallestScale.isFinite {
      let settled = Elementary.log(Double(count)) + 40
      let end = limits.smallestScale / settled
      if end < coldest.temperature { extend(from: coldest.temperature, to: end) }
    }
    // A slope that still rises means that chance is approached from below.
    let depth = max(chance - best, hottest.slope > 0 ? 1e-9 * chance : 0)
    if depth > 0 {
      let end = limits.farthest / depth
      if end > hottest.temperature { extend(from: hottest.temperature, to: end) }
    }
    return grid
  }

  private func sorted(_ known: Set<Double>, _ evaluation: SweepEvaluation) -> [SweepPoint] {
    evaluation.points(at: known.sorted())
  }

  /// Neighboring temperatures between which the slope turns from falling to rising.
  private func brackets(_ known: Set<Double>, _ evaluation: SweepEvaluation) -> [Bracket] {
    let points = sorted(known, evaluation).filter { $0.slope != 0 }
    return zip(points, points.dropFirst()).compactMap { left, right in
      left.slope < 0 && right.slope > 0 ? Bracket(left, right) : nil
    }
  }

  /// Leaves out dips that are no deeper than rounding, against the barriers on both sides.
  private func prominent(_ minima: [Candidate], points: [SweepPoint]) -> [Candidate] {
    var kept = minima
    while true {
      let weakest = kept.indices.map { index -> (index: Int, prominence: Double) in
        let minimum = kept[index]
        let lower = index > 0 ? kept[index - 1].temperature : 0
        let upper = index + 1 < kept.count ? kept[index + 1].temperature : .infinity
        let left = points.filter { $0.temperature > lower && $0.temperature < minimum.temperature }
        let right = points.filter { $0.temperature > minimum.temperature && $0.temperature < upper }
        let barrier = min(
          left.map(\.loss).max() ?? .infinity, right.map(\.loss).max() ?? .infinity)
        return (index, barrier - minimum.loss)
      }.min { $0.prominence < $1.prominence }
      guard let weakest,
        weakest.prominence < max(Self.leastProminence, Self.noise * kept[weakest.index].loss)
      else { return kept }
      kept.remove(at: weakest.index)
    }
  }

  struct Candidate {
    let temperature: Double
    let loss: Double
  }

  /// ln 10 / 8.
  private static let gridStep = 0.28782313662425574
  /// A bracket this wide in ln T is interpolated to rounding: the error of the polynomial of
  /// degree five is width⁶/46080 of the sixth derivative.
  private static let narrow = 0.02
  private static let mostPasses = 8
  private static let mostExtension = 400
  /// Dips below this are rounding, whatever the loss.
  private static let leastProminence = 1e-14
  /// Relative rounding of a mean loss: float32 sums of a tile, averaged over anchors.
  private static let noise = 3e-8
}

/// Two temperatures with a local minimum between them.
private struct Bracket {
  let left: SweepPoint
  let right: SweepPoint
  /// In ln T.
  let width: Double

  init(_ left: SweepPoint, _ right: SweepPoint) {
    self.left = left
    self.right = right
    width = Elementary.log(right.temperature / left.temperature)
  }

  /// Where the next pass looks: the predicted minimum with a close neighbor on either side.
  var probes: [Double] {
    let place = minimumPlace
    let reach = 0.45 * 0.02 / width
    // Where the prediction hugs an end, a probe further in still halves the bracket.
    return [place - reach, place, place + reach].filter { $0 > 0 && $0 < 1 }.map(temperature)
  }

  var minimum: MinimumSearch.Candidate {
    let place = minimumPlace
    return MinimumSearch.Candidate(temperature: temperature(place), loss: value(place))
  }

  /// Whether the minimum is known to some 1e-7 of the loss (of 1e-3 nats if it is smaller), from how
  /// far the polynomial is from the cubic one without the curvatures. Their errors are
  /// width⁴/384 and at most width⁶/46080 of a derivative; the better one's was at most an eighth of
  /// width² times the other's on layers of all kinds, and a little more is allowed for.
  var isSettled: Bool {
    let place = minimumPlace
    let loss = value(place)
    let doubt = abs(loss - cubic(place)) * width * width / 6
    return doubt < 8e-7 * max(loss, 1e-3)
  }

  /// The polynomial of degree three with the value and slope of both ends.
  private func cubic(_ place: Double) -> Double {
    let (s0, s1) = (left.slope * width, right.slope * width)
    let rise = right.loss - left.loss
    return left.loss + place
      * (s0 + place * (3 * rise - 2 * s0 - s1 + place * (s0 + s1 - 2 * rise)))
  }

  private func temperature(_ place: Double) -> Double {
    left.temperature * Elementary.exp(place * width)
  }

  /// The share of the width at which the interpolant's slope turns, by halving.
  private var minimumPlace: Double {
    var low = 0.0
    var high = 1.0
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if slope(middle) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The polynomial of degree five with the value, slope and curvature of both ends.
  private var coefficients: [Double] {
    let (s0, s1) = (left.slope * width, right.slope * width)
    let (c0, c1) = (left.curvature * width * width, right.curvature * width * width)
    let rise = right.loss - left.loss
    return [
      left.loss, s0, c0 / 2,
      10 * rise - 6 * s0 - 4 * s1 - 1.5 * c0 + 0.5 * c1,
      -15 * rise + 8 * s0 + 7 * s1 + 1.5 * c0 - c1,
      6 * rise - 3 * (s0 + s1) + 0.5 * (c1 - c0),
    ]
  }

  private func value(_ place: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * place + $1 }
  }

  private func slope(_ place: Double) -> Double {
    let c = coefficients
    return stride(from: 5, to: 0, by: -1).reduce(0) { $0 * place + Double($1) * c[$1] }
  }
}
