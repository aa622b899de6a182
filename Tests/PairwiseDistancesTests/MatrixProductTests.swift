import PairwiseDistances
import TestSupport
import Testing

@Suite struct MatrixProductTests {
  @Test(
    "Every instruction set multiplies, at every tail, transposed or added",
    arguments: InstructionSet.allCases.filter(\.isAvailable),
    [(1, 1, 1), (3, 5, 2), (8, 32, 7), (9, 33, 40), (17, 10, 1030), (31, 64, 2049)])
  func product(set: InstructionSet, size: (rows: Int, columns: Int, depth: Int)) {
    var random = RandomActivations(seed: 3)
    let (rows, columns, depth) = size
    let a = (0..<rows * depth).map { _ in Float(random.normal()) }
    let b = (0..<depth * columns).map { _ in Float(random.normal()) }
    let transposed = (0..<depth * columns).map { b[$0 % depth * columns + $0 / depth] }
    var plain = Array(repeating: Float(7), count: rows * columns)
    var added = Array(repeating: Float(2), count: rows * columns)
    a.withUnsafeBufferPointer { a in
      for (b, isTransposed) in [(b, false), (transposed, true)] {
        b.withUnsafeBufferPointer { b in
          guard let a = a.baseAddress, let b = b.baseAddress else { return }
          let left = MatrixOperand(a, columnCount: depth)
          if isTransposed {
            set.multiply(
              left, MatrixOperand(b, columnCount: depth).transposed, into: &added, rows: rows,
              columns: columns, depth: depth, adding: true)
          } else {
            set.multiply(
              left, MatrixOperand(b, columnCount: columns), into: &plain, rows: rows,
              columns: columns, depth: depth)
          }
        }
      }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        var exact = 0.0
        // A sum errs by at most one rounding of each product and of each partial sum.
        var bound = 1e-30
        for k in 0..<depth {
          let product = Double(a[row * depth + k]) * Double(b[k * columns + column])
          exact += product
          bound += (abs(product) + abs(exact)) * 0x1p-24 * 1.001
        }
        #expect(abs(Double(plain[row * columns + column]) - exact) <= bound)
        #expect(
          abs(Double(added[row * columns + column]) - exact - 2) <= bound + 4e-7 + abs(exact)
            * 0x1p-24)
      }
    }
  }
}
