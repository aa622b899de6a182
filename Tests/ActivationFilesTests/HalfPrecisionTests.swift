import ActivationFiles
import Foundation
import Testing

@Suite("Half precision")
struct HalfPrecisionTests {
  @Test("All 65,536 patterns have the value that the format's definition gives")
  func everyPattern() {
    for bits in UInt16.min...UInt16.max {
      let float = HalfPrecision.float(bits)
      let sign: Double = bits & 0x8000 == 0 ? 1 : -1
      let exponent = Int(bits >> 10) & 0x1F
      let mantissa = Double(bits & 0x3FF)
      switch exponent {
      case 0: #expect(Double(float) == sign * mantissa * 0x1p-24)
      case 31 where mantissa == 0: #expect(Double(float) == sign * .infinity)
      case 31: #expect(float.isNaN)
      default:
        #expect(Double(float) == sign * (1 + mantissa / 1024) * pow(2, Double(exponent - 15)))
      }
      #expect(float.sign == (sign < 0 ? .minus : .plus))
    }
  }

  @Test("A float is rounded to the nearest half, and to an even one halfway")
  func rounding() throws {
    // Each half, and what lies between it and the next: just below the middle, there and just above.
    for bits in UInt16(0)..<0x7bff {
      let (low, high) = (HalfPrecision.float(bits), HalfPrecision.float(bits + 1))
      let middle = (low + high) / 2
      let even = bits & 1 == 0 ? bits : bits + 1
      #expect(
        HalfPrecision.bits(of: [low, middle.nextDown, middle, middle.nextUp, -middle.nextUp])
          == [bits, bits, even, bits + 1, 0x8000 | (bits + 1)])
    }
    #expect(HalfPrecision.bits(of: [65_504, 65_519.996, -0.0]) == [0x7bff, 0x7bff, 0x8000])
    for value in [65_520, -65_520, Float.infinity, .nan, .greatestFiniteMagnitude] {
      #expect(HalfPrecision.bits(of: [1, value]) == nil, "\(value)")
    }
  }

  @Test("An array is converted element by element")
  func array() {
    #expect(HalfPrecision.floats([0x3C00, 0xC000, 0x0001]) == [1, -2, 0x1p-24])
    #expect(HalfPrecision.floats([]).isEmpty)
  }
}
