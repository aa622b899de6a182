internal import Activations
internal import PairwiseDistances

/// What is found about a layer beyond the curve and its minimum.
struct LayerFindings {
  private(set) var matched: MatchedLoss?
  private(set) var trimmed: TrimmedLoss?
  private(set) var minimum: LossMinimum?
  private(set) var structure: ClassStructure?
  private(set) var influences: SampleInfluences?
  private(set) var samples: SampleNeighborhoods?
  private(set) var duplicates: Duplicates?
  private(set) var permutationNull: PermutationNull?
  private(set) var resamples: SuperclassResamples?
  private(set) var notices: [String] = []

  private let settings: LossSettings
  private let scale: Double
  private let isMeasured: Bool

  /// - Parameters:
  ///   - minimum: As the search left it.
  ///   - scale: The distance that relative temperatures are shares of.
  ///   - isMeasured: Whether the loss at the matched perplexity is to be held against another.
  init(_ settings: LossSettings, minimum: LossMinimum?, scale: Double, isMeasured: Bool) {
    self.isMeasured = isMeasured
    self.settings = settings
    self.minimum = minimum
    self.scale = scale
  }

  /// Makes the passes that the quantities ask for.
  /// - Parameters:
  ///   - kept: The row that each row of the layer was before rows were left out.
  ///   - limit: What tables of class by class may take, all that is made of them included.
  mutating func find(
    _ evaluation: inout SweepEvaluation, names: [String], kept: [Int], limit: Int
  ) throws(EntanglementError) {
    let interior = minimum?.refined == true ? minimum?.temperature : nil
    let isExact = settings.precision == .double
    // What the search says of the least loss is read off a polynomial: it is computed where it lies, here
    // or below with the terms that its interval takes.
    if let interior, isExact || !settings.quantities.contains(.intervals) {
      try evaluation.evaluate([interior], curvature: false)
      minimum = minimum?.with(loss: evaluation.points[interior]?.loss)
    }
    guard !settings.quantities.isDisjoint(with: Self.quantities) else { return }
    if let draw = evaluation.passes.draw {
      try find(&evaluation, from: draw)
      return
    }
    noticeDuplicates(evaluation)
    let temperature = try matchedTemperature(&evaluation)
    if let temperature, isExact { try evaluation.evaluate([temperature], curvature: false) }
    var wanted = settings
    if wanted.quantities.contains(.classes),
      let notice = ClassTables.absence(names.count, within: limit)
    {
      wanted.quantities.remove(.classes)
      notices.append(notice)
    }
    let analysis = SoftNeighborhoodPasses(
      evaluation.passes, names: names, settings: wanted, isMeasured: isMeasured)
    let result = try analysis.run(matched: temperature, minimum: interior)
    if let temperature, let found = result.matched {
      let target = settings.perplexityTarget.perplexity(sampleCount: evaluation.samples.count)
      let loss = evaluation.points[temperature]?.loss ?? found.loss
      matched = MatchedLoss(
        target: settings.perplexityTarget, perplexity: target,
        share: settings.perplexityTarget.share(sampleCount: evaluation.samples.count),
        temperature: temperature,
        relativeTemperature: temperature / scale, loss: loss,
        interval: found.interval(around: loss),
        spread: LossSpread(losses: found.losses, kept: kept), null: result.settledNull,
        nullAbsence: result.nullAbsence)
      trimmed = result.trimmed
    }
    if let interior, let found = result.minimum {
      let loss = evaluation.points[interior]?.loss ?? found.loss
      minimum = minimum?.with(loss: loss, found.interval(around: loss))
    }
    if settings.quantities.contains(.intervals), let minimum, minimum.refined, interior == nil {
      notices.append(
        "No interval for the minimum: it is the limit as T → "
          + "\(minimum.position == .zero ? "0" : "∞").")
    }
    let place = temperature ?? interior
    if let tables = result.structure, let place {
      structure = ClassStructure(
        place: temperature == nil ? .minimum : .perplexity, temperature: place,
        relativeTemperature: place / scale, losses: tables.losses, classes: tables.classes,
        counts: tables.counts, confusion: tables.confusion, pairLosses: tables.pairLosses)
    }
    permutationNull = result.permutationNull
    if let structure { resamples = result.resampled?.shares(of: structure) }
    if settings.quantities.contains(.resamples), resamples == nil {
      notices.append(
        "No superclasses to resample: that takes two to \(SuperclassResamples.mostClasses) classes of "
          + "two samples or more.")
    }
    samples = result.claims?.neighborhoods(evaluation.samples.order, kept: kept)
    if settings.keepsInfluences {
      let order = evaluation.samples.order
      influences = SampleInfluences(
        matched: result.matched?.jackknife?.influences(byRowOf: order),
        minimum: result.minimum?.jackknife?.influences(byRowOf: order),
        matchedReach: result.matched?.reach, minimumReach: result.minimum?.reach)
    }
  }

  /// The loss at the matched perplexity and the intervals, from the anchors that stand for all samples.
  private mutating func find(
    _ evaluation: inout SweepEvaluation, from draw: AnchorDraw
  ) throws(EntanglementError) {
    let temperature = try matchedTemperature(&evaluation)
    let interior = minimum?.refined == true ? minimum?.temperature : nil
    let temperatures = [temperature, interior]
    let wantsIntervals = settings.quantities.contains(.intervals)
    let estimate = EstimatePasses(evaluation.passes, draw, evaluation.statistics)
    let found = try estimate.run(
      at: temperatures.map { $0.map(evaluation.samples.inner) }, isMatched: [true, false],
      wantsIntervals: wantsIntervals)
    if let temperature, let point = found[0] {
      let target = settings.perplexityTarget
      matched = MatchedLoss(
        target: target,
        perplexity: target.perplexity(sampleCount: evaluation.samples.count),
        share: target.share(sampleCount: evaluation.samples.count), temperature: temperature,
        relativeTemperature: temperature / scale, loss: point.loss, interval: point.drawing,
        nullAbsence: nil, totalInterval: point.total)
    }
    if let minimum, let point = found[1], let drawing = point.drawing {
      self.minimum = minimum.with(loss: point.loss, drawing, total: point.total)
    }
  }

  /// What the search for the matched perplexity wants computed in a pass that is made anyway.
  static func probes(_ evaluation: SweepEvaluation, for settings: LossSettings) -> [Double] {
    settings.quantities.isDisjoint(with: quantities)
      ? [] : match(evaluation, for: settings)?.probes(evaluation.sortedPoints) ?? []
  }

  private mutating func matchedTemperature(
    _ evaluation: inout SweepEvaluation
  ) throws(EntanglementError) -> Double? {
    guard let match = Self.match(evaluation, for: settings) else { return nil }
    for _ in 0..<Self.mostPasses {
      let probes = match.probes(evaluation.sortedPoints)
      guard !probes.isEmpty else { break }
      try evaluation.evaluate(probes, curvature: false)
    }
    let temperature = match.temperature(evaluation.sortedPoints)
    if temperature == nil { notices.append(match.absence) }
    return temperature
  }

  private static func match(
    _ evaluation: SweepEvaluation, for settings: LossSettings
  ) -> PerplexityMatch? {
    evaluation.limits.map {
      PerplexityMatch(
        target: settings.perplexityTarget.perplexity(sampleCount: evaluation.samples.count),
        tieCount: $0.tieCount, sampleCount: evaluation.samples.count,
        smallestScale: $0.smallestScale)
    }
  }

  private mutating func noticeDuplicates(_ evaluation: SweepEvaluation) {
    guard let found = evaluation.limits?.duplicates,
      found.within + found.across > 0
    else { return }
    duplicates = found
    let parts = [
      found.within > 0 ? "\(found.within) samples equal another of their class" : nil,
      found.across > 0 ? "\(found.across) equal one of another class" : nil,
    ]
    notices.append(
      "Exact duplicates: " + parts.compactMap(\.self).joined(separator: ", ")
        + ". They are each other's nearest neighbors at any temperature.")
  }

  /// Those that need more than the curve and its minimum.
  static let quantities: Set<LossSettings.Quantity> = [
    .perplexity, .intervals, .classes, .samples, .permutations, .resamples,
  ]
  private static let mostPasses = 12
}

extension SoftNeighborhoodPasses.Estimate {
  func interval(around estimate: Double?) -> Interval? {
    guard let jackknife, let estimate else { return nil }
    return Interval(estimate: estimate, standardError: jackknife.standardError, floor: 0)
  }
}

extension Jackknife {
  /// The influences in the order of the rows that were read.
  func influences(byRowOf order: ClassOrder) -> [Double] {
    var byRow = influences
    for (position, row) in order.rows.enumerated() { byRow[row] = influences[position] }
    return byRow
  }
}

extension SweepEvaluation {
  /// Everything computed so far, ascending in temperature.
  var sortedPoints: [SweepPoint] { points.values.sorted { $0.temperature < $1.temperature } }
}
