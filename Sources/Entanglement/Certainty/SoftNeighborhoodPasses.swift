internal import Activations
internal import PairwiseDistances

/// What is said of a layer at one or two temperatures that the curve has settled: the loss at the
/// matched perplexity, intervals, and the structure of the classes.
///
/// One pass sums every soft neighborhood; a second one, which needs these sums, tells classes and
/// single samples apart. Where the memory does not hold a sum for each sample and class, samples go in
/// batches, each with a pass of its own.
struct SoftNeighborhoodPasses {
  private let passes: LayerPasses
  private let names: [String]
  private let quantities: Set<LossSettings.Quantity>
  private let seed: UInt64
  private let isMeasured: Bool

  /// - Parameters:
  ///   - names: Of the classes.
  ///   - isMeasured: Whether the loss at the matched perplexity is to be held against another: with its
  ///     trimmed mean, without that under shuffled labels.
  init(_ passes: LayerPasses, names: [String], settings: LossSettings, isMeasured: Bool) {
    self.passes = passes
    self.names = names
    quantities = settings.quantities
    seed = settings.seed
    self.isMeasured = isMeasured
  }

  private var samples: DistanceSamples { passes.samples }

  struct Result {
    var matched: Estimate?
    var trimmed: TrimmedLoss?
    var minimum: Estimate?
    var structure: ClassTables?
    var claims: SampleClaims?
    var resampled: ResampledPairs?
    var permutationNull: PermutationNull?
    var nullLoss: NullLoss?
    /// Whether there is no `nullLoss` because shuffled classes are too far apart for it.
    var isNullFar = false

    /// The loss under shuffled labels where it is near enough.
    var settledNull: NullLoss? {
      nullLoss.flatMap { $0.isSettled || permutationNull != nil ? $0 : nil }
    }

    /// Why it is not given.
    var nullAbsence: String? {
      if isNullFar { return NullLoss.farAbsence }
      return nullLoss != nil && settledNull == nil ? NullLoss.scatterAbsence : nil
    }
  }

  /// A loss, with the influences of the samples on it where intervals are wanted.
  struct Estimate {
    let loss: Double
    let perplexity: Double
    let jackknife: Jackknife?
    let reach: Double
    /// l_i by row; nil of a sample alone in its class.
    let losses: [Double?]
  }

  /// - Parameters:
  ///   - matched: The temperature of the matched perplexity, in the distance's units.
  ///   - minimum: The temperature of an interior minimum.
  func run(matched: Double?, minimum: Double?) throws(EntanglementError) -> Result {
    var result = Result()
    let wantsIntervals = quantities.contains(.intervals)
    let wantsResamples =
      quantities.contains(.resamples) && classCount <= SuperclassResamples.mostClasses
    let wantsClasses = quantities.contains(.classes) || wantsResamples
    let wantsSamples = quantities.contains(.samples)
    let wantsSums = wantsClasses || wantsSamples
    let classesAtMinimum = matched == nil && minimum != nil && wantsSums
    var studies: [Study] = []
    if let matched {
      studies.append(Study(samples.inner(matched), isMatched: true, byClass: wantsSums))
    }
    if let minimum, wantsIntervals || classesAtMinimum {
      studies.append(
        Study(samples.inner(minimum), isMatched: false, byClass: classesAtMinimum))
    }
    if let matched, isMeasured, wantsIntervals {
      studies.append(
        Study(samples.inner(matched), isMatched: true, byClass: false, isTrimmed: true))
    }
    guard !studies.isEmpty else { return result }
    let totals = wantsClasses ? ClassTotals(samples.order, on: passes.machine) : nil
    var claims = wantsSamples ? SampleClaims() : nil
    let terms = try passes.terms(at: studies.map(\.temperature))
    var jackknives = zip(studies, terms).map { study, terms in
      Jackknife(
        terms, order: samples.order, isMatched: study.isMatched, byClass: study.byClass,
        trim: study.isTrimmed ? LossTrim(terms) : nil)
    }
    var resampled =
      wantsResamples ? ResampledPairs(samples.order, on: passes.machine, seed: seed) : nil
    var permutations = studies.firstIndex(where: \.isMatched).map {
      PermutationPass(passes, terms[$0], seed: seed)
    }
    let canShare =
      !isMeasured && !quantities.contains(.permutations) && (wantsIntervals || wantsSums)
    let shuffles = canShare ? permutations?.shuffles(NullLoss.firstLabelings) : nil
    let isShared = try addClassPasses(
      studies, terms, wantsIntervals: wantsIntervals, to: totals, &claims, &jackknives, &resampled,
      beside: shuffles?.sums)
    result.claims = claims
    result.resampled = resampled
    if quantities.contains(.permutations) {
      result.permutationNull = try permutations?.permutationNull()
      result.nullLoss = permutations.map { NullLoss(losses: $0.losses) }
    } else if isShared, let shuffles {
      result.nullLoss = try permutations?.nullLoss(shuffles)
      result.isNullFar = result.nullLoss == nil
    }
    for (index, study) in studies.enumerated() {
      let jackknife = wantsIntervals ? jackknives[index] : nil
      if study.isTrimmed {
        result.trimmed = jackknife.flatMap { jackknife in
          jackknife.trim.map {
            TrimmedLoss(value: $0.loss, influences: jackknife.influences(byRowOf: samples.order))
          }
        }
        continue
      }
      let estimate = Estimate(
        loss: terms[index].loss, perplexity: terms[index].perplexity, jackknife: jackknife,
        reach: terms[index].reach(classCount: classCount),
        losses: byRow(terms[index].terms.map(\.loss)))
      if study.isMatched { result.matched = estimate } else { result.minimum = estimate }
      if study.byClass, let totals {
        result.structure = tables(totals, terms[index], jackknife)
      }
    }
    return result
  }

  private func byRow(_ values: [Double?]) -> [Double?] {
    var sorted = values
    for (position, row) in samples.order.rows.enumerated() { sorted[row] = values[position] }
    return sorted
  }

  /// A temperature to look at.
  private struct Study {
    /// In inner units.
    let temperature: Double
    let isMatched: Bool
    let byClass: Bool
    let isTrimmed: Bool

    init(_ temperature: Double, isMatched: Bool, byClass: Bool, isTrimmed: Bool = false) {
      self.temperature = temperature
      self.isMatched = isMatched
      self.byClass = byClass
      self.isTrimmed = isTrimmed
    }
  }

  private var classCount: Int { samples.order.runs.count }

  /// The second pass, or as many as there are batches; the first takes the sums `beside` along.
  /// - Returns: Whether there was one.
  private func addClassPasses(
    _ studies: [Study], _ terms: [LayerTerms], wantsIntervals: Bool, to totals: ClassTotals?,
    _ claims: inout SampleClaims?, _ jackknives: inout [Jackknife],
    _ resampled: inout ResampledPairs?, beside shuffled: RelabeledSums?
  ) throws(EntanglementError) -> Bool {
    let quantities = studies.map {
      ClassPass.Quantities(
        classSums: $0.byClass, lossChanges: wantsIntervals, byClass: $0.byClass,
        perplexityChanges: $0.isMatched)
    }
    guard quantities.contains(where: { $0.classSums || $0.lossChanges }) else { return false }
    let normalisers = zip(studies, terms).map { study, terms in
      study.isTrimmed ? terms.trimmedNormalisers : terms.normalisers
    }
    let bytes = quantities.map {
      $0.bytesPerAnchor(classCount: classCount)
        + ($0.classSums && resampled != nil
          ? ReweightedSums.bytesPerAnchor(classCount: classCount) : 0)
    }
    let beside =
      shuffled == nil ? 0 : NullLoss.firstLabelings * PermutationPass.bytesPerLabel * samples.count
    for batch in batches(bytesPerAnchor: bytes.reduce(0, +), beside: beside) {
      let sums = studies.indices.map {
        ClassPass(
          samples, beta: terms[$0].beta, anchors: batch, quantities: quantities[$0],
          normalisers: normalisers[$0])
      }
      let others = batch.lowerBound == 0 ? [shuffled].compactMap(\.self) : []
      try passes.reduce(with: TileReductionGroup((sums as [any TileReduction]) + others))
      for (index, sums) in sums.enumerated() {
        if studies[index].byClass {
          totals?.add(sums)
          claims?.add(sums, Array(terms[index].terms[batch]), order: samples.order)
        }
        if wantsIntervals { jackknives[index].add(sums) }
        guard studies[index].byClass, let weights = resampled?.weights else { continue }
        let reweighted = ReweightedSums(samples, plain: sums, weights: weights)
        try passes.reduce(with: reweighted)
        resampled?.add(reweighted, plain: sums)
      }
    }
    return true
  }

  /// - Parameter other: The bytes of what the passes take along.
  private func batches(bytesPerAnchor: Int, beside other: Int) -> [Range<Int>] {
    let size = max((passes.memory - other) / max(bytesPerAnchor, 1), Self.leastBatch)
    return stride(from: 0, to: samples.count, by: size).map {
      $0..<min($0 + size, samples.count)
    }
  }

  private func tables(
    _ totals: ClassTotals, _ terms: LayerTerms, _ jackknife: Jackknife?
  ) -> ClassTables {
    let runs = samples.order.runs
    let classes = totals.populated
    return ClassTables(
      losses: classes.filter { runs[$0].count > 1 }.map { index in
        let loss =
          terms.terms[runs[index]].reduce(0) { $0 + ($1.loss ?? 0) } / Double(runs[index].count)
        return ClassLoss(
          name: names[index], count: runs[index].count, loss: loss,
          interval: jackknife.map {
            Interval(
              estimate: loss, standardError: $0.classVariances[index].squareRoot(), floor: 0)
          })
      },
      classes: classes.map { names[$0] }, counts: classes.map { runs[$0].count },
      confusion: totals.confusion(of: classes), pairLosses: totals.pairLosses(of: classes))
  }

  /// A batch is at least two tiles.
  private static let leastBatch = 256
}

extension LayerTerms {
  /// Those in which the anchors that a trimmed mean leaves out weigh nothing.
  fileprivate var trimmedNormalisers: SoftNormalisers {
    let (normalisers, trim) = (self.normalisers, LossTrim(self))
    for (position, term) in terms.enumerated() where term.loss != nil && !trim.keeps(term) {
      normalisers.set(weight: 0, at: position)
    }
    return normalisers
  }
}
