internal import PairwiseDistances

/// Samples by features (or any rows by columns) in single precision, row-major.
package struct Matrix: Sendable {
  package let rowCount: Int
  package let columnCount: Int
  package var values: [Float]

  init(rowCount: Int, columnCount: Int) {
    self.init(
      rowCount: rowCount, columnCount: columnCount,
      values: Array(repeating: 0, count: rowCount * columnCount))
  }

  package init(rowCount: Int, columnCount: Int, values: [Float]) {
    precondition(
      values.count == rowCount * columnCount,
      "\(values.count) values cannot be \(rowCount) × \(columnCount)")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.values = values
  }

  func rows(_ indices: some Collection<Int>) -> Matrix {
    var gathered: [Float] = []
    gathered.reserveCapacity(indices.count * columnCount)
    for row in indices { gathered += values[row * columnCount..<(row + 1) * columnCount] }
    return Matrix(rowCount: indices.count, columnCount: columnCount, values: gathered)
  }
}

/// Weights and a bias in a run of a network's parameters: `inputCount × outputCount` numbers
/// row-major, then `outputCount` more.
///
/// The products are the project's own. Beside OpenBLAS on one thread (AVX2) they take 1.4 times as
/// long for 128 × 128 × 128, 1.1 to 1.4 for most products of the convolutions, and 2.8 where one
/// side has a dozen columns: not worth a dependency.
struct AffineMap: Sendable {
  let inputCount: Int
  let outputCount: Int

  var parameterCount: Int { (inputCount + 1) * outputCount }

  /// Uniform within ±√(6/inputCount) (He and others 2015, for rectified units); no bias.
  func initialParameters(using generator: inout some RandomNumberGenerator) -> [Float] {
    let bound = (6 / Float(inputCount)).squareRoot()
    return (0..<inputCount * outputCount).map { _ in
      Float.random(in: -bound...bound, using: &generator)
    } + Array(repeating: 0, count: outputCount)
  }

  /// X·W + b.
  func apply(
    to input: Matrix, parameters: UnsafePointer<Float>, on instructionSet: InstructionSet
  ) -> Matrix {
    var output = Matrix(rowCount: input.rowCount, columnCount: outputCount)
    let bias = parameters + inputCount * outputCount
    output.values.withUnsafeMutableBufferPointer { output in
      guard let place = output.baseAddress else { return }
      for row in 0..<input.rowCount {
        for column in 0..<outputCount { place[row * outputCount + column] = bias[column] }
      }
      input.values.withUnsafeBufferPointer { input in
        guard let input = input.baseAddress else { return }
        instructionSet.multiply(
          MatrixOperand(input, columnCount: inputCount),
          MatrixOperand(parameters, columnCount: outputCount), into: place,
          rows: output.count / outputCount, columns: outputCount, depth: inputCount, adding: true)
      }
    }
    return output
  }

  /// Adds Xᵀ·G and the column sums of G to the gradient of the parameters.
  func addGradient(
    of input: Matrix, _ gradient: Matrix, to parameters: UnsafeMutablePointer<Float>,
    on instructionSet: InstructionSet
  ) {
    input.values.withUnsafeBufferPointer { input in
      gradient.values.withUnsafeBufferPointer { values in
        guard let input = input.baseAddress, let values = values.baseAddress else { return }
        instructionSet.multiply(
          MatrixOperand(input, columnCount: inputCount).transposed,
          MatrixOperand(values, columnCount: outputCount), into: parameters, rows: inputCount,
          columns: outputCount, depth: gradient.rowCount, adding: true)
        let bias = parameters + inputCount * outputCount
        for row in 0..<gradient.rowCount {
          for column in 0..<outputCount { bias[column] += values[row * outputCount + column] }
        }
      }
    }
  }

  /// G·Wᵀ.
  func inputGradient(
    _ gradient: Matrix, parameters: UnsafePointer<Float>, on instructionSet: InstructionSet
  ) -> Matrix {
    var result = Matrix(rowCount: gradient.rowCount, columnCount: inputCount)
    result.values.withUnsafeMutableBufferPointer { result in
      gradient.values.withUnsafeBufferPointer { values in
        guard let result = result.baseAddress, let values = values.baseAddress else { return }
        instructionSet.multiply(
          MatrixOperand(values, columnCount: outputCount),
          MatrixOperand(parameters, columnCount: outputCount).transposed, into: result,
          rows: gradient.rowCount, columns: inputCount, depth: outputCount)
      }
    }
    return result
  }
}
