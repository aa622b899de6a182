internal import PairwiseDistances

/// The loss at one temperature, with what the search for the minimum needs.
struct SweepPoint: Sendable {
  let temperature: Double
  let loss: Double
  /// dl/d ln T.
  let slope: Double
  /// d²l/d(ln T)²; 0 where it was not computed.
  let curvature: Double
  let perplexity: Double
  /// d perplexity/d ln T; nil where the curvature was not computed.
  let perplexitySlope: Double?
}

/// The loss of a layer at sets of temperatures, each set one pass over the distances; what was
/// computed once is kept.
struct SweepEvaluation {
  let passes: LayerPasses
  let statistics: LabelStatistics
  let precision: LossSettings.Precision
  let temperaturesPerPass: Int
  /// A temperature that the first pass computes beside the others.
  let companion: Double?

  private(set) var points: [Double: SweepPoint] = [:]
  /// From the first pass, which meets every distance.
  private(set) var limits: NeighborLimits?
  /// The loss at the companion, kept apart from `points`: no search sees it, so nothing else that is
  /// found depends on it.
  private(set) var companionPoint: SweepPoint?

  /// The limit of l as T → 0; nil if it is infinite.
  var limitAtZero: Double? { limits?.limitAtZero }

  var samples: DistanceSamples { passes.samples }

  init(
    _ passes: LayerPasses, statistics: LabelStatistics, precision: LossSettings.Precision,
    temperaturesPerPass: Int, companion: Double? = nil
  ) {
    self.companion = companion
    self.passes = passes
    self.statistics = statistics
    self.precision = precision
    self.temperaturesPerPass = temperaturesPerPass
  }

  /// What was computed at these temperatures, in their order.
  func points(at temperatures: [Double]) -> [SweepPoint] { temperatures.compactMap { points[$0] } }

  /// Computes the loss at the given temperatures where it is not known yet.
  mutating func evaluate(
    _ temperatures: [Double], curvature: Bool
  ) throws(EntanglementError) {
    let wanted = Set(temperatures.filter { points[$0] == nil })
    let besides = companionPoint == nil && !wanted.isEmpty ? companion : nil
    let new = wanted.union([besides].compactMap(\.self)).sorted(by: >)
    // A pass keeps its sums for each temperature; many of them go in several passes.
    for start in stride(from: 0, to: new.count, by: temperaturesPerPass) {
      let batch = Array(new[start..<min(start + temperaturesPerPass, new.count)])
      let inner = batch.map { max(samples.inner($0), .leastNonzeroMagnitude) }
      let found: [SweepPoint]
      // Each kind of sums by its own type: the loop over the anchors is compiled for it.
      switch precision {
      case .single:
        found = summary(
          of: try passes.sums(at: inner, curvature: curvature), at: batch, curvature: curvature)
      case .double:
        found = summary(
          of: try passes.preciseSums(at: inner), at: batch, curvature: curvature)
      }
      for point in found {
        if point.temperature == besides { companionPoint = point }
        if wanted.contains(point.temperature) { points[point.temperature] = point }
      }
    }
  }

  /// What one pass has found; its extremes too, where it is the first.
  private mutating func summary(
    of sums: some NeighborSums, at temperatures: [Double], curvature: Bool
  ) -> [SweepPoint] {
    if limits == nil { limits = NeighborLimits(sums, of: samples, draw: passes.draw) }
    return SweepSummary(sums, of: self, curvature: curvature).points(at: temperatures)
  }
}

/// Per-anchor sums brought together as the mean loss, slope, curvature and perplexity.
private struct SweepSummary<Sums: NeighborSums> {
  let sums: Sums
  let samples: DistanceSamples
  let statistics: LabelStatistics
  let machine: Machine
  /// The positions that count, each as many times as its weight says: runs of one weight.
  private let runs: [(positions: Range<Int>, weight: Double)]
  /// Whether the sums hold second moments.
  let curvature: Bool

  init(_ sums: Sums, of evaluation: SweepEvaluation, curvature: Bool) {
    self.curvature = curvature
    self.sums = sums
    self.samples = evaluation.samples
    self.statistics = evaluation.statistics
    machine = evaluation.passes.machine
    let draw = evaluation.passes.draw
    runs =
      draw.map { draw in
        draw.runs.indices.map { (draw.runs[$0], draw.weight(ofClass: $0)) }
      } ?? [(0..<evaluation.samples.count, 1)]
  }

  func points(at temperatures: [Double]) -> [SweepPoint] {
    let blocks = runs.flatMap { run in
      stride(from: run.positions.lowerBound, to: run.positions.upperBound, by: blockSize).map {
        (positions: $0..<min($0 + blockSize, run.positions.upperBound), weight: run.weight)
      }
    }
    let blockCount = blocks.count
    let width = temperatures.count
    // Beside the sums: whoever reads them there counts the readers, one count for all threads.
    let betas = sums.temperatures.map { 1 / $0 }
    let partial = UnsafeMutableBufferPointer<SweepTotal>.allocate(capacity: blockCount * width)
    defer { partial.deallocate() }
    partial.initialize(repeating: SweepTotal())
    nonisolated(unsafe) let totals = partial
    // Blocks of anchors are added up apart and then in order: the same bits on any thread count.
    machine.forEach(blockCount) { block in
      for anchor in blocks[block].positions {
        for index in 0..<width {
          add(anchor, index, beta: betas[index], to: &totals[block * width + index])
        }
      }
    }
    return temperatures.indices.map { index in
      var total = SweepTotal()
      for block in 0..<blockCount {
        total.add(partial[block * width + index], times: blocks[block].weight)
      }
      let anchors = Double(statistics.anchorCount)
      return SweepPoint(
        temperature: temperatures[index], loss: total.loss / anchors, slope: total.slope / anchors,
        curvature: curvature ? total.curvature / anchors : 0,
        perplexity: total.perplexity / Double(samples.count),
        perplexitySlope: curvature ? total.perplexitySlope / Double(samples.count) : nil)
    }
  }

  /// Adds the terms of one anchor at one temperature.
  private func add(_ anchor: Int, _ index: Int, beta: Double, to total: inout SweepTotal) {
    guard
      let terms = AnchorAlgebra(
        same: sums.sum(at: anchor, .same, temperature: index),
        other: sums.sum(at: anchor, .other, temperature: index), beta: beta)
    else { return }
    if terms.isAnchor {
      total.loss += terms.loss
      total.slope += terms.slope
      total.curvature += terms.curvature
    }
    let perplexity = terms.perplexity
    total.perplexity += perplexity
    total.perplexitySlope += perplexity * terms.entropySlope
  }

  private let blockSize = 256
}

/// Outside of the generic type, so that none of its copies looks its own up.
private struct SweepTotal {
  var loss = 0.0
  var slope = 0.0
  var curvature = 0.0
  var perplexity = 0.0
  var perplexitySlope = 0.0

  mutating func add(_ other: SweepTotal, times weight: Double) {
    loss += weight * other.loss
    slope += weight * other.slope
    curvature += weight * other.curvature
    perplexity += weight * other.perplexity
    perplexitySlope += weight * other.perplexitySlope
  }
}
