/// Activations that come in blocks of rows: a layer in a file that need not fit in memory, or a
/// matrix.
///
/// Reading a range gives the same numbers each time, as float64 for every range or for none.
public protocol ActivationSource: Sendable {
  var sampleCount: Int { get }
  var featureCount: Int { get }
  /// Whether values are 64 bits wide.
  var isDouble: Bool { get }
  /// Ranges that begin and end at multiples of it read nothing twice.
  var rowAlignment: Int { get }

  func rows(_ range: Range<Int>) throws -> ActivationMatrix
}

extension ActivationSource {
  /// The bytes of a row in memory.
  package var rowSize: Int { featureCount * (isDouble ? 8 : 4) }

  /// Reads all rows, in order, in blocks of about so many bytes.
  ///
  /// A block is whole chunks where a row of chunks has at most four times the bytes.
  package func forEachBlock(
    bytes: Int, _ body: (_ start: Int, _ block: ActivationMatrix) throws -> Void
  ) throws {
    let affordable = max(1, bytes / max(rowSize, 1))
    let aligned = max(affordable / rowAlignment, 1) * rowAlignment
    let step = aligned <= 4 * affordable ? aligned : affordable
    for start in stride(from: 0, to: sampleCount, by: step) {
      try body(start, try rows(start..<min(start + step, sampleCount)))
    }
  }
}

extension ActivationMatrix: ActivationSource {
  /// Whether values are 64 bits wide.
  public var isDouble: Bool {
    switch values {
    case .float32: false
    case .float64: true
    }
  }

  /// Any rows are read as fast as others.
  public var rowAlignment: Int { 1 }

  /// A run of rows.
  public func rows(_ range: Range<Int>) -> ActivationMatrix {
    let part = range.lowerBound * featureCount..<range.upperBound * featureCount
    let values: Values =
      switch values {
      case .float32(let values): .float32(Array(values[part]))
      case .float64(let values): .float64(Array(values[part]))
      }
    return ActivationMatrix(
      sampleCount: range.count, featureCount: featureCount, values: values)
  }

  /// Calls with the values as bytes, row-major.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // `withUnsafeBytes` of an array rethrows without a type.
    let result: Swift.Result<Result, Failure> =
      switch values {
      case .float32(let values):
        values.withUnsafeBytes { bytes in .init { () throws(Failure) in try body(bytes) } }
      case .float64(let values):
        values.withUnsafeBytes { bytes in .init { () throws(Failure) in try body(bytes) } }
      }
    return try result.get()
  }
}
