import Activations
import Testing

@Suite struct NaturalOrderTests {
  @Test("Runs of digits compare as numbers")
  func digits() {
    let names = ["layer10", "layer2", "layer1", "epoch_10", "epoch_9", "a", "layer", "layer02"]
    #expect(
      names.sorted { $0.naturallyPrecedes($1) }
        == ["a", "epoch_9", "epoch_10", "layer", "layer1", "layer02", "layer2", "layer10"])
  }

  @Test("It is a strict order, also for leading zeros and digits beyond 64 bits")
  func strict() {
    let names = ["1", "01", "001", "123456789012345678901234567890", "9", "x9y", "x10y", ""]
    for a in names {
      #expect(!a.naturallyPrecedes(a))
      for b in names where a != b {
        #expect(a.naturallyPrecedes(b) != b.naturallyPrecedes(a))
      }
    }
  }
}

@Suite struct ClassOrderTests {
  @Test("Positions are a stable sort of the rows by class")
  func stable() {
    let order = ClassOrder(ClassLabels([2, 0, 2, 1, 0] as [Int64]))
    #expect(order.rows == [1, 4, 3, 0, 2])
    #expect(order.runs == [0..<2, 2..<3, 3..<5])
    #expect(order.run(at: 4) == 3..<5)
  }
}

@Suite struct StratifiedSampleTests {
  private let labels = ClassLabels((0..<1000).map { Int64($0 % 10 == 0 ? 1 : 0) })

  @Test("Classes keep their shares, rows stand once and ascend")
  func shares() {
    var generator = SplitMix64(seed: 3)
    let sample = StratifiedSample(count: 200, of: labels, using: &generator)
    #expect(sample.rows.count == 200)
    #expect(sample.rows == Set(sample.rows).sorted())
    #expect(labels.rows(sample.rows).counts == [180, 20])
  }

  @Test("One seed draws one sample, another another")
  func seeds() {
    func rows(_ seed: UInt64) -> [Int] {
      var generator = SplitMix64(seed: seed)
      return StratifiedSample(count: 50, of: labels, using: &generator).rows
    }
    #expect(rows(1) == rows(1))
    #expect(rows(1) != rows(2))
  }

  @Test("More than there are is all of them")
  func all() {
    var generator = SplitMix64(seed: 1)
    #expect(StratifiedSample(count: 5000, of: labels, using: &generator).rows == Array(0..<1000))
  }
}

@Suite struct ActivationMatrixTests {
  @Test("Rows that hold NaN or infinity are found")
  func nonFinite() {
    let matrix = ActivationMatrix(
      sampleCount: 3, featureCount: 2, values: [1, .infinity, 2, 3, -.infinity, .nan] as [Double])
    #expect(matrix.nonFiniteRows() == [0, 2])
  }

  @Test("One such value is found wherever it stands in a row", arguments: [1, 15, 16, 17, 32, 50])
  func nonFiniteAnywhere(featureCount: Int) {
    for place in 0..<featureCount {
      var values = Array(repeating: Float.greatestFiniteMagnitude, count: 3 * featureCount)
      values[featureCount + place] = place.isMultiple(of: 2) ? .nan : -.infinity
      let narrow = ActivationMatrix(sampleCount: 3, featureCount: featureCount, values: values)
      let wide = ActivationMatrix(
        sampleCount: 3, featureCount: featureCount, values: values.map(Double.init))
      #expect(narrow.nonFiniteRows() == [1])
      #expect(wide.nonFiniteRows() == [1])
    }
  }

  @Test("Rows can be taken in any order")
  func rows() {
    let matrix = ActivationMatrix(
      sampleCount: 3, featureCount: 2, values: [1, 2, 3, 4, 5, 6] as [Float])
    let taken = matrix.rows([2, 0])
    #expect((0..<2).map { taken[$0, 1] } == [6, 2])
  }
}
