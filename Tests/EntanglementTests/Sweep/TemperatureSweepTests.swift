import Entanglement
import Testing

@Suite struct TemperatureSweepTests {
  @Test("A logarithmic grid holds both ends and round numbers in between")
  func logarithmic() throws {
    let sweep = try TemperatureSweep.logarithmic(
      from: 0.001, through: 1000, count: 7, scale: .meanDistance)
    #expect(sweep.values == [0.001, 0.01, 0.1, 1, 10, 100, 1000])
  }

  @Test("The standard sweep has eight temperatures a decade")
  func standard() {
    #expect(TemperatureSweep.standard.values.count == 49)
    #expect(TemperatureSweep.standard.values.contains(1))
  }

  @Test("Values are sorted and stand once")
  func sorted() throws {
    #expect(try TemperatureSweep([3, 1, 3, 2], scale: .absolute).values == [1, 2, 3])
  }
}
