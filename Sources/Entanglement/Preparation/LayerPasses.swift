internal import PairwiseDistances

/// What the stages of one layer share: its samples, the pass over their pairs, the distances that stay
/// between passes, and the memory for what passes keep.
struct LayerPasses {
  let samples: DistanceSamples
  let pass: PairwisePass
  /// Where the first pass leaves the distances for the next ones; nil where they are computed anew.
  let kept: KeptDistances?
  /// Bytes for the state of the passes, beside the samples.
  let memory: Int
  /// The anchors that stand for all; nil where all are anchors.
  let draw: AnchorDraw?

  init(
    _ samples: DistanceSamples, _ pass: PairwisePass, keeping kept: KeptDistances? = nil,
    memory: Int, draw: AnchorDraw? = nil
  ) {
    self.draw = draw
    self.samples = samples
    self.pass = pass
    self.kept = kept
    self.memory = memory
  }

  var machine: Machine { pass.machine }

  /// The same passes over other samples, a part of the layer, whose distances are not kept.
  func over(_ part: DistanceSamples) -> LayerPasses {
    LayerPasses(part, pass, memory: memory)
  }

  /// One pass, with the error that users of the loss see.
  func reduce(with reduction: some TileReduction) throws(EntanglementError) {
    do throws(PassCancelled) {
      try pass.reduce(samples, with: reduction, keeping: kept, anchors: draw?.runs)
    } catch {
      throw .cancelled
    }
  }

  /// The sums of every soft neighborhood at temperatures in inner units, descending, from one pass.
  func sums(
    at temperatures: [Double], curvature: Bool
  ) throws(EntanglementError) -> SoftNeighborSums {
    let sums = SoftNeighborSums(samples, temperatures: temperatures, curvature: curvature)
    try reduce(with: sums)
    return sums
  }

  /// The same passes for other anchors.
  func drawing(_ draw: AnchorDraw?) -> LayerPasses {
    LayerPasses(samples, pass, keeping: kept, memory: memory, draw: draw)
  }

  /// The same with nothing in float32, by distances that are never kept.
  func preciseSums(at temperatures: [Double]) throws(EntanglementError) -> PreciseNeighborSums {
    do throws(PassCancelled) {
      return try PreciseNeighborSums(samples, temperatures: temperatures, pass: pass)
    } catch {
      throw .cancelled
    }
  }

  /// The terms of every sample at temperatures in inner units, in their order, from one pass.
  func terms(at temperatures: [Double]) throws(EntanglementError) -> [LayerTerms] {
    let inner = temperatures.map { max($0, .leastNonzeroMagnitude) }
    let descending = Set(inner).sorted(by: >)
    let sums = try sums(at: descending, curvature: true)
    return inner.map {
      LayerTerms(
        sums, temperature: $0, index: descending.firstIndex(of: $0) ?? 0,
        sampleCount: samples.count)
    }
  }
}
