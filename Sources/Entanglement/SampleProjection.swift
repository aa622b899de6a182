public import Activations
public import PairwiseDistances

/// Samples of a layer in the plane of its two principal components, for a picture of its classes.
public struct SampleProjection: Sendable, Equatable, Codable {
  /// The row of each sample in the layer as it was given.
  public let rows: [Int]
  /// The class of each, an index into the layer's classes.
  public let classes: [Int]
  /// Along the first component, in activation units (of the unit rows for cosine).
  public let x: [Double]
  /// Along the second.
  public let y: [Double]
  /// The share of the variance along each, 0…1.
  public let varianceShares: [Double]

  /// No more samples than this are projected, nor more than so many values read.
  static let mostSamples = 600
  private static let mostValues = 1 << 23

  /// The projection of a layer: of all samples where they are few, else of a stratified draw.
  /// - Precondition: one label a row, finite values.
  public init(of matrix: ActivationMatrix, labels: ClassLabels, distance: Distance) {
    precondition(labels.sampleCount == matrix.sampleCount, "one label is needed for each row")
    let affordable = max(100, Self.mostValues / max(matrix.featureCount, 1))
    let count = min(matrix.sampleCount, Self.mostSamples, affordable)
    var generator = SplitMix64(seed: 0)
    let drawn = StratifiedSample(count: count, of: labels, using: &generator).rows
    let chosen = count < matrix.sampleCount ? matrix.rows(drawn) : matrix
    let scales = (0..<chosen.sampleCount).map { row -> Double in
      let norm = distance == .cosine ? chosen.norm(ofRow: row) : 1
      return norm > 0 ? 1 / norm : 0
    }
    let components = PrincipalComponents(chosen, scales: scales)
    rows = drawn
    classes = drawn.map { Int(labels.indices[$0]) }
    x = components.scores.map(\.x)
    y = components.scores.map(\.y)
    varianceShares = [components.varianceShares.x, components.varianceShares.y]
  }

  /// The same projection with rows named as in a larger set, of which these were drawn.
  public func renamingRows(_ original: [Int]) -> SampleProjection {
    SampleProjection(
      rows: rows.map { original[$0] }, classes: classes, x: x, y: y,
      varianceShares: varianceShares)
  }

  package init(rows: [Int], classes: [Int], x: [Double], y: [Double], varianceShares: [Double]) {
    self.rows = rows
    self.classes = classes
    self.x = x
    self.y = y
    self.varianceShares = varianceShares
  }
}
