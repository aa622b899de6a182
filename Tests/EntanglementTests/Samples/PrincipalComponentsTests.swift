import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

@Suite struct SampleProjectionTests {
  /// Rows in a plane that is turned into `features` dimensions, and their places in the plane.
  private static func plane(
    rows: Int, features: Int, noise: Double
  ) -> (matrix: ActivationMatrix, places: [SIMD2<Double>]) {
    var random = RandomActivations(seed: 11)
    let labels = random.labels(rows, classes: 3)
    let source = random.values(labels, features: 2, separation: 0)
    let places = (0..<rows).map { row -> SIMD2<Double> in
      SIMD2<Double>(source[2 * row], source[2 * row + 1]) * SIMD2<Double>(5, 2)
    }
    let extra = random.values(labels, features: features, separation: 0)
    // Two orthonormal directions with many non-zero loadings.
    let unit = 1 / Double(features / 2).squareRoot()
    var values: [Double] = []
    for row in 0..<rows {
      for feature in 0..<features {
        let along = feature.isMultiple(of: 2) ? places[row].x : places[row].y
        values.append(along * unit + noise * extra[row * features + feature] + 100)
      }
    }
    return (ActivationMatrix(sampleCount: rows, featureCount: features, values: values), places)
  }

  private static func labels(_ count: Int) -> ClassLabels {
    ClassLabels((0..<count).map { Int64($0 % 3) })
  }

  @Test("Rows of a plane keep their mutual distances", arguments: [4, 16, 18, 66, 300])
  func plane(features: Int) throws {
    let rows = 90
    let (matrix, places) = Self.plane(rows: rows, features: features, noise: 0)
    let map = SampleProjection(
      of: matrix, labels: Self.labels(rows), distance: .squaredEuclidean)
    #expect(map.rows == Array(0..<rows))
    #expect(map.classes == (0..<rows).map { $0 % 3 })
    var worst = 0.0
    for i in 0..<rows {
      for j in 0..<i {
        let wanted = places[i] - places[j]
        let found = SIMD2(map.x[i] - map.x[j], map.y[i] - map.y[j])
        let (a, b) = ((wanted * wanted).sum().squareRoot(), (found * found).sum().squareRoot())
        worst = max(worst, abs(a - b))
      }
    }
    // The rounding of the rows to float32, at distances up to about 20.
    #expect(worst < 1e-4)
    #expect(isClose(map.varianceShares[0] + map.varianceShares[1], 1, relative: 1e-6))
    #expect(map.varianceShares[0] > map.varianceShares[1])
  }

  @Test("Iteration finds what rotations find: zeros beside the features change nothing")
  func iterationAgainstRotations() throws {
    let rows = 200
    let (small, _) = Self.plane(rows: rows, features: 16, noise: 0.5)
    var padded: [Double] = []
    for row in 0..<rows {
      for feature in 0..<90 { padded.append(feature < 16 ? small[row, feature] : 7) }
    }
    let wide = ActivationMatrix(sampleCount: rows, featureCount: 90, values: padded)
    let maps = [small, wide].map {
      SampleProjection(of: $0, labels: Self.labels(rows), distance: .squaredEuclidean)
    }
    let errors = (0..<rows).map { row in
      max(abs(maps[0].x[row] - maps[1].x[row]), abs(maps[0].y[row] - maps[1].y[row]))
    }
    // Scores reach 15; this is a thousandth of it, less than a dot.
    #expect((errors.max() ?? 1) < 0.015)
    for axis in 0..<2 {
      #expect(isClose(maps[0].varianceShares[axis], maps[1].varianceShares[axis], relative: 1e-3))
    }
  }

  @Test("Extreme scales, equal rows and cosine are finite", arguments: [1e-150, 1, 1e150])
  func extremes(scale: Double) {
    let (matrix, _) = Self.plane(rows: 30, features: 70, noise: 0.1)
    let values = (0..<30 * 70).map { matrix[$0 / 70, $0 % 70] * scale }
    let scaled = ActivationMatrix(sampleCount: 30, featureCount: 70, values: values)
    let equal = ActivationMatrix(
      sampleCount: 30, featureCount: 70, values: Array(repeating: scale, count: 2100))
    for distance in [Distance.squaredEuclidean, .cosine] {
      for matrix in [scaled, equal] {
        let map = SampleProjection(of: matrix, labels: Self.labels(30), distance: distance)
        let numbers = map.x + map.y + map.varianceShares
        #expect(numbers.allSatisfy { $0.isFinite })
      }
    }
    let map = SampleProjection(of: equal, labels: Self.labels(30), distance: .squaredEuclidean)
    #expect(map.varianceShares[0] < 1e-9)
  }

  @Test("Large layers are drawn from, each class by its share, and rows keep their numbers")
  func draw() {
    var random = RandomActivations(seed: 5)
    let labels = random.labels(1800, classes: 3)
    let matrix = ActivationMatrix(
      sampleCount: 1800, featureCount: 3,
      values: random.values(labels, features: 3, separation: 1))
    let map = SampleProjection(of: matrix, labels: labels, distance: .squaredEuclidean)
    #expect(map.rows.count == 600)
    #expect(map.rows == map.rows.sorted() && Set(map.rows).count == 600)
    for (row, group) in zip(map.rows, map.classes) { #expect(Int(labels.indices[row]) == group) }
    #expect(map.renamingRows(Array(1000..<2800)).rows == map.rows.map { $0 + 1000 })
    #expect(map == SampleProjection(of: matrix, labels: labels, distance: .squaredEuclidean))
  }
}
