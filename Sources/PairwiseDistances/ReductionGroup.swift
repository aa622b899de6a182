/// Several reductions that share a pass.
package struct ReductionGroup: PairwiseReduction {
  private let reductions: [any PairwiseReduction]

  package init(_ reductions: [any PairwiseReduction]) {
    self.reductions = reductions
  }

  package func absorb(_ row: DistanceRow) {
    for reduction in reductions { reduction.absorb(row) }
  }
}
