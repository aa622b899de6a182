/// How the loss at one temperature is spread over the anchors: whether their mean tells of most of
/// them, or of a handful.
public struct LossSpread: Sendable, Equatable, Codable {
  /// The median of l_i over the anchors, in nats.
  public let median: Double
  /// The share of Σ l_i that the hundredth part of the anchors of greatest loss holds, rounded up to
  /// whole anchors; 0 where the sum is.
  public let heldByTopPercent: Double
  /// The rows of these anchors, of greatest loss first.
  package let topRows: [Int]

  /// Whether a mean is said to be carried by a handful: where these hold more than half of the sum, and
  /// more than 0.01 nats of the mean, below which nothing is told apart.
  package static func isCarried(mean: Double, heldByTopPercent share: Double) -> Bool {
    share > 0.5 && share * mean > 0.01
  }

  /// A hundredth part of the anchors, rounded up.
  static func topCount(of anchors: Int) -> Int { (anchors + 99) / 100 }

  package init(median: Double, heldByTopPercent: Double, topRows: [Int]) {
    self.median = median
    self.heldByTopPercent = heldByTopPercent
    self.topRows = topRows
  }

  /// - Parameters:
  ///   - losses: By row, nil of a sample alone in its class; one loss at least.
  ///   - kept: The row that each row was before rows were left out.
  init?(losses: [Double?], kept: [Int]) {
    let anchors = losses.indices.compactMap { row in losses[row].map { (row: row, loss: $0) } }
      .sorted { ($1.loss, $0.row) < ($0.loss, $1.row) }
    guard !anchors.isEmpty else { return nil }
    let count = anchors.count
    let top = anchors.prefix(Self.topCount(of: count))
    let sum = anchors.reduce(0) { $0 + $1.loss }
    median = (anchors[(count - 1) / 2].loss + anchors[count / 2].loss) / 2
    heldByTopPercent = sum > 0 ? min(top.reduce(0) { $0 + $1.loss } / sum, 1) : 0
    topRows = top.map { kept[$0.row] }
  }
}
