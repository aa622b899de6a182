internal import Activations

/// The two directions in which rows vary most, and where each row lies along them.
///
///     C = Σ_i (x_i − x̄)(x_i − x̄)ᵀ / (n − 1),   C v = λ v,   score_i = vᵀ (x_i − x̄)
///
/// For up to 16 features the eigenvectors of C come from Jacobi rotations, exact to rounding. For
/// more they come from subspace iteration with a block of eight (Halko, Martinsson, Tropp 2011,
/// algorithm 4.4), without a copy of the rows: `passes` products with X and Xᵀ each, of n·D
/// multiply-adds a column. A share of variance is then a little low where the spectrum is flat.
/// One thread, no libm: the same bits everywhere. A direction's sign makes its largest loading
/// positive. Rows that are all equal lie at the origin.
struct PrincipalComponents {
  /// Two coordinates a row, in activation units.
  let scores: [SIMD2<Double>]
  /// The share of the total variance along each, 0…1.
  let varianceShares: SIMD2<Double>

  private static let mostExactFeatures = 16
  private static let passes = 5

  /// - Parameter scales: A factor for each row: 1, or 1 / |x| for directions only.
  init(_ matrix: ActivationMatrix, scales: [Double]) {
    let rows = CentredRows(matrix, scales: scales)
    // Rows that differ by the rounding of their mean alone are equal.
    let values = Double(matrix.sampleCount * matrix.featureCount)
    guard rows.variance > 1e-30 * values else {
      scores = Array(repeating: .zero, count: matrix.sampleCount)
      varianceShares = .zero
      return
    }
    let block =
      matrix.featureCount <= Self.mostExactFeatures
      ? Self.exactDirections(rows) : Self.iteratedDirections(rows)
    let columns = rows.times(Self.signed(block))
    scores = columns.map { SIMD2(Double($0[0]), Double($0[1])) / rows.unit }
    let squares = columns.reduce(SIMD2<Double>.zero) { sum, row in
      let score = SIMD2(Double(row[0]), Double(row[1]))
      return sum + score * score
    }
    varianceShares = squares / rows.variance
  }

  // MARK: Exact

  private static func exactDirections(_ rows: CentredRows) -> [SIMD8<Float>] {
    let (values, vectors) = SymmetricEigen.solve(rows.covariance())
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }.prefix(2)
    return values.indices.map { feature in
      var row = SIMD8<Float>.zero
      for (place, index) in order.enumerated() { row[place] = Float(vectors[feature][index]) }
      return row
    }
  }

  // MARK: Iterated

  private static func iteratedDirections(_ rows: CentredRows) -> [SIMD8<Float>] {
    var generator = SplitMix64(seed: 0)
    var block = (0..<rows.featureCount).map { _ -> SIMD8<Float> in
      let bits = generator.next()
      var row = SIMD8<Float>.zero
      for place in 0..<8 { row[place] = bits >> UInt64(place) & 1 == 0 ? 1 : -1 }
      return row
    }
    for _ in 0..<passes {
      orthonormalize(&block)
      block = rows.transposeTimes(rows.times(block))
    }
    orthonormalize(&block)
    // Rayleigh and Ritz: the best directions within the block.
    let projected = rows.times(block)
    var small = Array(repeating: Array(repeating: 0.0, count: 8), count: 8)
    for row in projected {
      for i in 0..<8 { for j in 0...i { small[i][j] += Double(row[i]) * Double(row[j]) } }
    }
    for i in 0..<8 { for j in 0..<i { small[j][i] = small[i][j] } }
    let (values, vectors) = SymmetricEigen.solve(small)
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }.prefix(2)
    return block.map { row in
      var turned = SIMD8<Float>.zero
      for (place, index) in order.enumerated() {
        turned[place] = Float((0..<8).reduce(0.0) { $0 + Double(row[$1]) * vectors[$1][index] })
      }
      return turned
    }
  }

  /// Gram and Schmidt, twice, in double; a column that depends on the others becomes zero.
  private static func orthonormalize(_ block: inout [SIMD8<Float>]) {
    func norm(_ column: Int) -> Double {
      block.reduce(0.0) { $0 + Double($1[column]) * Double($1[column]) }.squareRoot()
    }
    for column in 0..<8 {
      let before = norm(column)
      for _ in 0..<2 {
        var products = SIMD8<Double>.zero
        for row in block { products += SIMD8<Double>(row) * Double(row[column]) }
        for index in block.indices {
          var value = Double(block[index][column])
          for before in 0..<column { value -= products[before] * Double(block[index][before]) }
          block[index][column] = Float(value)
        }
      }
      let after = norm(column)
      // What is left of a dependent column is the rounding of the others.
      let factor = after > 1e-5 * before ? 1 / after : 0
      for index in block.indices {
        block[index][column] = Float(Double(block[index][column]) * factor)
      }
    }
  }

  private static func signed(_ block: [SIMD8<Float>]) -> [SIMD8<Float>] {
    var largest = SIMD8<Float>.zero
    for row in block {
      for place in 0..<2 where abs(row[place]) > abs(largest[place]) { largest[place] = row[place] }
    }
    var signs = SIMD8<Float>(repeating: 1)
    for place in 0..<2 where largest[place] < 0 { signs[place] = -1 }
    return block.map { $0 * signs }
  }
}

/// The rows less their mean, in units of a power of two that keeps squares in range.
private struct CentredRows {
  private let matrix: ActivationMatrix
  private let scales: [Double]
  private let mean: [Double]
  /// Values times this are in range.
  let unit: Double
  /// Σ_i |x_i − x̄|², in these units.
  let variance: Double

  var featureCount: Int { matrix.featureCount }

  init(_ matrix: ActivationMatrix, scales: [Double]) {
    self.matrix = matrix
    self.scales = scales
    var row = Array(repeating: 0.0, count: matrix.featureCount)
    var largest = 0.0
    for sample in 0..<matrix.sampleCount {
      matrix.read(row: sample, times: scales[sample], into: &row)
      largest = row.reduce(largest) { max($0, abs($1)) }
    }
    let exponent = largest > 0 ? min(max(-Int(largest.exponent), -1000), 1000) : 0
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    var mean = Array(repeating: 0.0, count: matrix.featureCount)
    for sample in 0..<matrix.sampleCount {
      matrix.read(row: sample, times: scales[sample] * unit, into: &row)
      for feature in mean.indices { mean[feature] += row[feature] }
    }
    for feature in mean.indices { mean[feature] /= Double(max(matrix.sampleCount, 1)) }
    var variance = 0.0
    for sample in 0..<matrix.sampleCount {
      matrix.read(row: sample, times: scales[sample] * unit, into: &row)
      for feature in mean.indices {
        let value = row[feature] - mean[feature]
        variance += value * value
      }
    }
    self.unit = unit
    self.mean = mean
    self.variance = variance
  }

  /// Calls the body with each row.
  private func forEachRow(_ body: (Int, UnsafeBufferPointer<Float>) -> Void) {
    var values = Array(repeating: 0.0, count: featureCount)
    var row = Array(repeating: Float(0), count: featureCount)
    for sample in 0..<matrix.sampleCount {
      matrix.read(row: sample, times: scales[sample] * unit, into: &values)
      for feature in 0..<featureCount { row[feature] = Float(values[feature] - mean[feature]) }
      row.withUnsafeBufferPointer { body(sample, $0) }
    }
  }

  /// X B: one row of eight a sample.
  func times(_ block: [SIMD8<Float>]) -> [SIMD8<Float>] {
    var products = Array(repeating: SIMD8<Float>.zero, count: matrix.sampleCount)
    block.withUnsafeBufferPointer { block in
      forEachRow { sample, row in
        // Four sums hide the latency of an addition.
        var sums = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
        var feature = 0
        while feature + 4 <= row.count {
          sums.0 += block[feature] * row[feature]
          sums.1 += block[feature + 1] * row[feature + 1]
          sums.2 += block[feature + 2] * row[feature + 2]
          sums.3 += block[feature + 3] * row[feature + 3]
          feature += 4
        }
        while feature < row.count {
          sums.0 += block[feature] * row[feature]
          feature += 1
        }
        products[sample] = (sums.0 + sums.1) + (sums.2 + sums.3)
      }
    }
    return products
  }

  /// Xᵀ P: one row of eight a feature.
  func transposeTimes(_ products: [SIMD8<Float>]) -> [SIMD8<Float>] {
    var block = Array(repeating: SIMD8<Float>.zero, count: featureCount)
    block.withUnsafeMutableBufferPointer { block in
      forEachRow { sample, row in
        let product = products[sample]
        for feature in 0..<row.count { block[feature] += product * row[feature] }
      }
    }
    return block
  }

  func covariance() -> [[Double]] {
    let count = featureCount
    var sums = Array(repeating: 0.0, count: count * count)
    sums.withUnsafeMutableBufferPointer { sums in
      forEachRow { _, row in
        for i in 0..<count {
          let value = Double(row[i])
          for j in i..<count { sums[i * count + j] += value * Double(row[j]) }
        }
      }
    }
    return (0..<count).map { i in
      (0..<count).map { j in sums[min(i, j) * count + max(i, j)] }
    }
  }
}

extension ActivationMatrix {
  /// Copies a row, each value multiplied by a factor.
  fileprivate func read(row: Int, times factor: Double, into buffer: inout [Double]) {
    let start = row * featureCount
    switch values {
    case .float32(let values):
      for feature in 0..<featureCount { buffer[feature] = Double(values[start + feature]) * factor }
    case .float64(let values):
      for feature in 0..<featureCount { buffer[feature] = values[start + feature] * factor }
    }
  }
}

/// Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations.
enum SymmetricEigen {
  /// - Returns: The values, and the vectors as columns; in no order.
  static func solve(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
    let count = matrix.count
    var a = matrix
    var v = (0..<count).map { i in (0..<count).map { $0 == i ? 1.0 : 0 } }
    for _ in 0..<50 {
      var off = 0.0
      var all = 0.0
      for i in 0..<count {
        for j in 0..<count {
          let square = a[i][j] * a[i][j]
          all += square
          if i != j { off += square }
        }
      }
      if off <= all * 1e-28 { break }
      for p in 0..<count {
        for q in (p + 1)..<max(count, p + 1) where a[p][q] != 0 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t =
            abs(theta) > 1e150
            ? 0.5 / theta
            : (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<count {
            let (first, second) = (a[k][p], a[k][q])
            a[k][p] = c * first - s * second
            a[k][q] = s * first + c * second
          }
          for k in 0..<count {
            let (first, second) = (a[p][k], a[q][k])
            a[p][k] = c * first - s * second
            a[q][k] = s * first + c * second
          }
          for k in 0..<count {
            let (first, second) = (v[k][p], v[k][q])
            v[k][p] = c * first - s * second
            v[k][q] = s * first + c * second
          }
        }
      }
    }
    return ((0..<count).map { a[$0][$0] }, v)
  }
}
