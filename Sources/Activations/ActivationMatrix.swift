/// The activations of one layer: `sampleCount × featureCount` values, row-major, one row a sample.
///
/// Values keep the precision they were stored in, because the distance of two near-duplicates is
/// only as good as the digits of the rows it is computed from: what a file holds as 64 bits stays
/// 64 bits, everything narrower is exact as 32.
public struct ActivationMatrix: Sendable {
  /// The numbers, in the precision they were recorded in.
  public enum Values: Sendable {
    case float32([Float])
    case float64([Double])

    package var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      }
    }
  }

  /// The rows.
  public let sampleCount: Int
  /// The columns.
  public let featureCount: Int
  /// All numbers, row after row.
  public let values: Values

  /// - Precondition: `values` holds `sampleCount × featureCount` numbers.
  public init(sampleCount: Int, featureCount: Int, values: Values) {
    precondition(
      sampleCount >= 0 && featureCount >= 0 && values.count == sampleCount * featureCount,
      "\(values.count) values cannot be \(sampleCount) samples × \(featureCount) features")
    self.sampleCount = sampleCount
    self.featureCount = featureCount
    self.values = values
  }

  /// From numbers of one precision, row after row.
  public init(sampleCount: Int, featureCount: Int, values: [Float]) {
    self.init(sampleCount: sampleCount, featureCount: featureCount, values: .float32(values))
  }

  /// From numbers of one precision, row after row.
  public init(sampleCount: Int, featureCount: Int, values: [Double]) {
    self.init(sampleCount: sampleCount, featureCount: featureCount, values: .float64(values))
  }

  /// The value of one feature of one sample, widened to a `Double` (exact).
  public subscript(sample: Int, feature: Int) -> Double {
    switch values {
    case .float32(let values): Double(values[sample * featureCount + feature])
    case .float64(let values): values[sample * featureCount + feature]
    }
  }

  /// The matrix made of the given rows, in the given order.
  public func rows(_ samples: [Int]) -> ActivationMatrix {
    func gather<Value>(_ values: [Value]) -> [Value] {
      var gathered: [Value] = []
      gathered.reserveCapacity(samples.count * featureCount)
      for sample in samples {
        gathered += values[sample * featureCount..<(sample + 1) * featureCount]
      }
      return gathered
    }
    let gathered: Values =
      switch values {
      case .float32(let values): .float32(gather(values))
      case .float64(let values): .float64(gather(values))
      }
    return ActivationMatrix(
      sampleCount: samples.count, featureCount: featureCount, values: gathered)
  }

  /// The rows that hold a NaN or an infinity, in ascending order.
  package func nonFiniteRows() -> [Int] {
    func scan<Value: BinaryFloatingPoint & SIMDScalar>(_ values: [Value]) -> [Int] {
      values.withUnsafeBufferPointer { values in
        (0..<sampleCount).filter { sample in
          let row = UnsafeBufferPointer(
            rebasing: values[sample * featureCount..<(sample + 1) * featureCount])
          // x − x is 0 for every finite x and NaN otherwise, so one sum tests a whole row.
          let bytes = UnsafeRawBufferPointer(row)
          let width = SIMD16<Value>.scalarCount
          var sums = SIMD16<Value>.zero
          for start in stride(from: 0, through: row.count - width, by: width) {
            let some = bytes.loadUnaligned(
              fromByteOffset: start * MemoryLayout<Value>.stride, as: SIMD16<Value>.self)
            sums += some - some
          }
          let rest = row[(row.count / width * width)...].reduce(Value.zero) { $0 + ($1 - $1) }
          return sums != .zero || rest != 0
        }
      }
    }
    return switch values {
    case .float32(let values): scan(values)
    case .float64(let values): scan(values)
    }
  }
}
