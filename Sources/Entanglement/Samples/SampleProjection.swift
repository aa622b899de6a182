package import Activations
package import PairwiseDistances

/// Samples of a layer in the plane of its two principal components, for a picture of its classes.
package struct SampleProjection: Sendable, Equatable, Codable {
  /// The row of each sample in the layer as it was given.
  package let rows: [Int]
  /// The class of each, an index into the layer's classes.
  package let classes: [Int]
  /// Along the first component, in activation units (of the unit rows for cosine).
  package let x: [Double]
  /// Along the second.
  package let y: [Double]
  /// The share of the variance along each, 0…1.
  package let varianceShares: [Double]

  /// No more samples than this are projected, nor more than so many values read.
  static let mostSamples = 600
  private static let mostValues = 1 << 23

  /// The projection of a layer: of all samples where they are few, else of a stratified draw.
  /// - Precondition: one label a row, finite values.
  package init(of matrix: ActivationMatrix, labels: ClassLabels, distance: Distance) {
    precondition(labels.sampleCount == matrix.sampleCount, "one label is needed for each row")
    let drawn = Self.drawnRows(of: labels, featureCount: matrix.featureCount)
    let chosen = drawn.count < matrix.sampleCount ? matrix.rows(drawn) : matrix
    self.init(of: chosen, drawn: drawn, labels: labels, distance: distance)
  }

  /// The rows that are projected, ascending.
  package static func drawnRows(of labels: ClassLabels, featureCount: Int) -> [Int] {
    let count = drawnCount(sampleCount: labels.sampleCount, featureCount: featureCount)
    var generator = SplitMix64(seed: 0)
    return StratifiedSample(count: count, of: labels, using: &generator).rows
  }

  /// How many rows of a layer are projected.
  package static func drawnCount(sampleCount: Int, featureCount: Int) -> Int {
    min(sampleCount, mostSamples, max(100, mostValues / max(featureCount, 1)))
  }

  /// The projection of a layer of which only the drawn rows were read.
  /// - Parameters:
  ///   - chosen: The rows of `drawn`, which `drawnRows` gave.
  ///   - labels: Those of the whole layer.
  package init(
    of chosen: ActivationMatrix, drawn: [Int], labels: ClassLabels, distance: Distance
  ) {
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
  package func renamingRows(_ original: [Int]) -> SampleProjection {
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
