internal import Activations
internal import PairwiseDistances

/// Gathers which class claims each sample, by position in class order.
struct SampleClaims {
  private var losses: [Double?] = []
  private var claims: [Int?] = []
  private var odds: [Double?] = []

  /// Adds the anchors of `sums`, whose terms these are; batches come in ascending order.
  mutating func add(_ sums: ClassPass, _ terms: [AnchorTerms], order: ClassOrder) {
    let classCount = order.runs.count
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * classCount) { scratch in
      let shares = UnsafeMutableBufferPointer(rebasing: scratch[..<classCount])
      let against = UnsafeMutableBufferPointer(rebasing: scratch[classCount...])
      for (term, anchor) in zip(terms, sums.anchors) {
        let own = Int(order.classes[anchor])
        sums.shares(at: anchor, into: shares, oddsAgainst: own, into: against)
        let others = (0..<classCount).filter { $0 != own && !order.runs[$0].isEmpty }
        let claim = others.max { shares[$0] < shares[$1] }
        losses.append(term.loss)
        claims.append(claim)
        odds.append(claim.flatMap { Self.logOdds(sums, anchor, $0, own) })
      }
    }
  }

  private static func logOdds(
    _ sums: ClassPass, _ anchor: Int, _ claim: Int, _ own: Int
  ) -> Double? {
    guard let other = sums.sum(at: anchor, class: claim),
      let same = sums.sum(at: anchor, class: own)
    else { return nil }
    return NeighborOdds(of: other, against: same, beta: sums.beta).log
  }

  /// In the order of the rows.
  /// - Parameter kept: The row that each row of the matrix was before rows were left out.
  func neighborhoods(_ order: ClassOrder, kept: [Int]) -> SampleNeighborhoods {
    var positions = Array(repeating: 0, count: order.rows.count)
    for (position, row) in order.rows.enumerated() { positions[row] = position }
    return SampleNeighborhoods(
      rows: kept, losses: positions.map { losses[$0] }, claims: positions.map { claims[$0] },
      odds: positions.map { odds[$0] })
  }
}
