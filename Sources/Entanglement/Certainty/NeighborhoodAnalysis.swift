internal import Activations
internal import Dispatch
internal import PairwiseDistances

/// What is said of a layer at one or two temperatures that the curve has settled: the loss at the
/// matched perplexity, intervals, and the structure of the classes.
///
/// One pass sums every soft neighborhood; a second one, for intervals, needs the first one's sums.
/// Where the memory does not hold a sum for each sample and class, samples go in batches, each with
/// passes of its own.
struct NeighborhoodAnalysis {
  let samples: DistanceSamples
  let names: [String]
  let quantities: Set<SoftNearestNeighborLoss.Quantity>
  let pass: PairwisePass
  let threadCount: Int
  /// Bytes for the state of the passes.
  let memory: Int
  let shouldStop: @Sendable () -> Bool

  struct Result {
    var matched: Estimate?
    var minimum: Estimate?
    var structure: ClassTables?
    var claims: SampleClaims?
  }

  /// A loss, with the influences of the samples on it where intervals are wanted.
  struct Estimate {
    let loss: Double
    let perplexity: Double
    let jackknife: Jackknife?
  }

  struct ClassTables {
    let losses: [ClassLoss]
    let classes: [String]
    let counts: [Int]
    let confusion: [[Double]]
    let pairLosses: [Double]
  }

  /// - Parameters:
  ///   - matched: The temperature of the matched perplexity, in the distance's units.
  ///   - minimum: The temperature of an interior minimum.
  func run(matched: Double?, minimum: Double?) throws(EntanglementError) -> Result {
    var result = Result()
    let wantsIntervals = quantities.contains(.intervals)
    let wantsClasses = quantities.contains(.classes)
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
    guard !studies.isEmpty else { return result }
    let totals = wantsClasses ? ClassTotals(samples.order, threadCount: threadCount) : nil
    var claims = wantsSamples ? SampleClaims() : nil
    let terms = try neighborhoods(studies, totals, &claims)
    result.claims = claims
    let jackknives = wantsIntervals ? try influences(studies, terms) : []
    for (index, study) in studies.enumerated() {
      let jackknife = wantsIntervals ? jackknives[index] : nil
      let estimate = Estimate(
        loss: terms[index].loss, perplexity: terms[index].perplexity, jackknife: jackknife)
      if study.isMatched { result.matched = estimate } else { result.minimum = estimate }
      if study.byClass, let totals {
        result.structure = tables(totals, terms[index], jackknife)
      }
    }
    return result
  }

  /// A temperature to look at.
  private struct Study {
    /// In inner units.
    let temperature: Double
    let isMatched: Bool
    let byClass: Bool

    init(_ temperature: Double, isMatched: Bool, byClass: Bool) {
      self.temperature = temperature
      self.isMatched = isMatched
      self.byClass = byClass
    }
  }

  private var classCount: Int { samples.order.runs.count }

  /// The first pass.
  private func neighborhoods(
    _ studies: [Study], _ totals: ClassTotals?, _ claims: inout SampleClaims?
  ) throws(EntanglementError) -> [LayerTerms] {
    let bytes = studies.map {
      ClassNeighborSums.bytesPerAnchor(classCount: classCount, byClass: $0.byClass)
    }
    var terms: [[AnchorTerms]] = studies.map { _ in [] }
    var betas = studies.map { _ in 0.0 }
    for batch in batches(bytesPerAnchor: bytes.reduce(0, +)) {
      let sums = studies.map {
        ClassNeighborSums(
          samples, temperature: $0.temperature, anchors: batch, byClass: $0.byClass,
          isReported: $0.isMatched || $0.byClass)
      }
      guard pass.reduce(samples, with: ReductionGroup(sums), shouldStop: shouldStop) else {
        throw .cancelled
      }
      for (index, sums) in sums.enumerated() {
        betas[index] = sums.beta
        let found = batch.map {
          AnchorTerms(
            same: sums.sum(at: $0, .same), other: sums.sum(at: $0, .other), beta: sums.beta)
        }
        if studies[index].byClass {
          totals?.add(sums)
          claims?.add(sums, found, order: samples.order)
        }
        terms[index] += found
      }
    }
    return zip(terms, betas).map { LayerTerms($0, beta: $1) }
  }

  /// The second pass.
  private func influences(
    _ studies: [Study], _ terms: [LayerTerms]
  ) throws(EntanglementError) -> [Jackknife] {
    let bytes = studies.map {
      InfluenceSums.bytesPerAnchor(classCount: classCount, byClass: $0.byClass)
    }
    let normalisers = terms.map(\.normalisers)
    var jackknives = zip(studies, terms).map { study, terms in
      Jackknife(
        terms, order: samples.order, isMatched: study.isMatched, byClass: study.byClass)
    }
    for batch in batches(bytesPerAnchor: bytes.reduce(0, +)) {
      let sums = studies.indices.map {
        InfluenceSums(
          samples, beta: terms[$0].beta, normalisers: normalisers[$0], anchors: batch,
          byClass: studies[$0].byClass, perplexity: studies[$0].isMatched)
      }
      guard pass.reduce(samples, with: ReductionGroup(sums), shouldStop: shouldStop) else {
        throw .cancelled
      }
      for (index, sums) in sums.enumerated() { jackknives[index].add(sums) }
    }
    return jackknives
  }

  private func batches(bytesPerAnchor: Int) -> [Range<Int>] {
    let size = max(memory / max(bytesPerAnchor, 1), Self.leastBatch)
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
