internal import CDistanceKernels

/// A row-major matrix in single precision, or its transpose, as one side of a product; the memory must
/// outlive it.
package struct MatrixOperand {
  let values: UnsafePointer<Float>
  let rowStride: Int
  let columnStride: Int

  package init(_ values: UnsafePointer<Float>, columnCount: Int) {
    self.values = values
    rowStride = columnCount
    columnStride = 1
  }

  private init(_ values: UnsafePointer<Float>, rowStride: Int, columnStride: Int) {
    self.values = values
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  package var transposed: MatrixOperand {
    MatrixOperand(values, rowStride: columnStride, columnStride: rowStride)
  }

  fileprivate var kernelMatrix: snn_matrix {
    snn_matrix(values: values, row_stride: Int64(rowStride), column_stride: Int64(columnStride))
  }
}

extension InstructionSet {
  /// C = A·B, or C += A·B; A is `rows × depth`, B `depth × columns`, C row-major. rows·columns·depth
  /// multiply-adds on one thread.
  package func multiply(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>, rows: Int,
    columns: Int, depth: Int, adding: Bool = false
  ) {
    let work = UnsafeMutablePointer<Float>.allocate(
      capacity: Int(snn_multiply_work(Int64(columns))))
    defer { work.deallocate() }
    snn_multiply(
      level, Int64(rows), Int64(columns), Int64(depth), a.kernelMatrix, b.kernelMatrix, c, adding,
      work)
  }
}
