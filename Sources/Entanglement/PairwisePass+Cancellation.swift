internal import PairwiseDistances

extension PairwisePass {
  /// The pass with the error that users of the loss see.
  func run(
    _ samples: DistanceSamples, with reduction: some TileReduction, keeping kept: KeptDistances?
  ) throws(EntanglementError) {
    do throws(PassCancelled) {
      try reduce(samples, with: reduction, keeping: kept)
    } catch {
      throw .cancelled
    }
  }
}
