extension HalfPrecision {
  /// The bits of each value rounded to nearest, ties to even; nil where one is larger than float16 holds (65,504), or is not finite.
  package static func bits(of values: [Float]) -> [UInt16]? {
    var found: [UInt16] = []
    found.reserveCapacity(values.count)
    for value in values {
      guard let bits = bits(of: value) else { return nil }
      found.append(bits)
    }
    return found
  }

  private static func bits(of value: Float) -> UInt16? {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    let magnitude = value.magnitude
    // Below 2⁻¹⁴ float16 counts in steps of 2⁻²⁴; 1,024 of them are the bits of 2⁻¹⁴ itself.
    guard magnitude.isFinite else { return nil }
    guard magnitude >= 0x1p-14 else {
      return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    // 13 of 23 bits go; half of the last that stays, less one unit unless it is odd, carries into it.
    let pattern = magnitude.bitPattern
    let rounded = (pattern &+ 0xfff &+ ((pattern >> 13) & 1)) >> 13
    let bits = rounded &- ((127 - 15) << 10)
    guard bits < 0x7c00 else { return nil }
    return sign | UInt16(bits)
  }
}
