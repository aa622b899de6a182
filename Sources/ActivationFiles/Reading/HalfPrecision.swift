/// IEEE 754 half precision to single, exactly. (Swift has no `Float16` on Intel Macs, and the
/// HDF5 library takes a hundred times as long.)
package enum HalfPrecision {
  /// The float with the value of a half of the given bits; a NaN keeps its payload.
  @inline(__always)
  package static func float(_ bits: UInt16) -> Float {
    // Exponent and mantissa move up by 13 bits. Multiplying by 2¹¹² then corrects the bias, and
    // it normalizes what was subnormal: the product of two powers of two is exact.
    let magnitude = UInt32(bits & 0x7FFF) << 13
    let scaled = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    // An exponent of all ones stays one (infinity and NaN).
    let special: UInt32 = magnitude >= 0x0F80_0000 ? 0x7F80_0000 | magnitude : 0
    let sign = UInt32(bits & 0x8000) << 16
    return Float(bitPattern: sign | (special != 0 ? special : scaled))
  }

  package static func floats(_ bits: [UInt16]) -> [Float] {
    Array(unsafeUninitializedCapacity: bits.count) { floats, filled in
      bits.withUnsafeBufferPointer { bits in
        for index in 0..<bits.count { floats[index] = float(bits[index]) }
      }
      filled = bits.count
    }
  }
}
