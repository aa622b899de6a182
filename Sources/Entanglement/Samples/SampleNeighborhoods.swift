/// What the soft neighborhood of every sample of a layer says about its label, at the temperature of
/// the class structure.
public struct SampleNeighborhoods: Sendable, Equatable, Codable {
  /// The rows that the numbers below are about, ascending; rows of zeros may have been left out.
  public let rows: [Int]
  /// l_i in nats; nil for a sample alone in its class.
  public let losses: [Double?]
  /// The class other than the sample's own that holds the largest share of its soft neighbors, as an
  /// index into `ClassLabels.names`; nil where there is none.
  public let claims: [Int?]
  /// ln of that class's share over the own class's: above 0, another class claims the sample. nil
  /// where either holds none.
  public let odds: [Double?]

  package init(rows: [Int], losses: [Double?], claims: [Int?], odds: [Double?]) {
    self.rows = rows
    self.losses = losses
    self.claims = claims
    self.odds = odds
  }

  /// The places of the samples with the largest losses, largest first.
  package func mostEntangled(_ limit: Int) -> [Int] {
    let known = losses.indices.filter { losses[$0] != nil }
    return Array(
      known.sorted {
        let (left, right) = (losses[$0] ?? 0, losses[$1] ?? 0)
        return left == right ? $0 < $1 : left > right
      }.prefix(limit))
  }
}
