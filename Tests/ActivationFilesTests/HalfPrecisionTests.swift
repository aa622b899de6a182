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

  @Test("An array is converted element by element")
  func array() {
    #expect(HalfPrecision.floats([0x3C00, 0xC000, 0x0001]) == [1, -2, 0x1p-24])
    #expect(HalfPrecision.floats([]).isEmpty)
  }
}
