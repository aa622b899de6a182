import Activations

/// The values of a dataset in the format they were stored in, in the machine's order of bytes.
enum StoredNumbers {
  case float16([UInt16])
  case bfloat16([UInt16])
  case float32([Float])
  case float64([Double])
  case int8([Int8])
  case uint8([UInt8])
  case int16([Int16])
  case uint16([UInt16])
  case int32([Int32])
  case uint32([UInt32])
  case int64([Int64])
  case uint64([UInt64])

  /// The values in the narrowest of Float and Double that holds every value of the format. Only
  /// integers beyond 2⁵³ are rounded.
  func values() -> ActivationMatrix.Values {
    switch self {
    case .float16(let bits): .float32(HalfPrecision.floats(bits))
    case .bfloat16(let bits): .float32(bits.map { Float(bitPattern: UInt32($0) << 16) })
    case .float32(let values): .float32(values)
    case .float64(let values): .float64(values)
    case .int8(let values): .float32(values.map { Float($0) })
    case .uint8(let values): .float32(values.map { Float($0) })
    case .int16(let values): .float32(values.map { Float($0) })
    case .uint16(let values): .float32(values.map { Float($0) })
    case .int32(let values): .float64(values.map { Double($0) })
    case .uint32(let values): .float64(values.map { Double($0) })
    case .int64(let values): .float64(values.map { Double($0) })
    case .uint64(let values): .float64(values.map { Double($0) })
    }
  }
}

extension ActivationMatrix.Values {
  /// One row of features per sample.
  func pooled(_ row: RowShape) -> ActivationMatrix.Values {
    switch self {
    case .float32(let values): .float32(row.pooled(values))
    case .float64(let values): .float64(row.pooled(values))
    }
  }
}
