import Charts
import Testing

@Suite struct LinearScaleTests {
  /// Domains of all magnitudes and offsets, from one seed.
  static let domains: [ClosedRange<Double>] = {
    var generator = SeededGenerator(seed: 1)
    return (0..<2000).map { _ in
      let extent =
        Double.random(in: 1...10, using: &generator)
        * Double("1e\(Int.random(in: -30...30, using: &generator))")!
      let lower = Double.random(in: -3...3, using: &generator) * extent
      return lower...lower + extent
    }
  }()

  @Test func ticksLieInsideTheDomainInOrderAndAreFew() {
    for domain in Self.domains {
      for count in 2...9 {
        let values = LinearScale(domain).ticks(about: count).map(\.value)
        let slack = (domain.upperBound - domain.lowerBound) * 1e-9
        #expect((2...max(5, count)).contains(values.count), "\(domain), \(count): \(values)")
        #expect(
          values.allSatisfy { $0 >= domain.lowerBound - slack && $0 <= domain.upperBound + slack })
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
      }
    }
  }

  @Test func theStepIsOneTwoOrFiveTimesAPowerOfTen() {
    for domain in Self.domains {
      for count in 2...9 {
        let step = TickStep(dividing: domain, atMost: count)
        #expect([1, 2, 5].contains(step.digit))
        #expect(step.multiples(in: domain).count >= 2)
      }
    }
  }

  @Test func aTickIsWrittenExactly() {
    let ticks = LinearScale(0...0.6).ticks(about: 7)
    #expect(ticks.map(\.value) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    #expect(ticks.map { $0.label?.text } == ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6"])
  }

  @Test func ticksOfAnAxisShareOneFormat() {
    #expect(
      LinearScale(-1...1).ticks(about: 5).compactMap(\.label?.text) == [
        "−1.0", "−0.5", "0.0", "0.5", "1.0",
      ])
    #expect(LinearScale(0...500_000).ticks(about: 3).last?.label?.text == "400000")
    let small = LinearScale(0...4e-6).ticks(about: 5).compactMap(\.label)
    #expect(small.map(\.text) == ["0", "1×10", "2×10", "3×10", "4×10"])
    #expect(small.map(\.exponent) == [nil, "−6", "−6", "−6", "−6"])
  }

  @Test func aBoundThatIsATickButForRoundingIsATick() {
    let ticks = LinearScale(0.1 + 0.2...0.7).ticks(about: 5)
    #expect(ticks.first?.value == 0.3)
  }

  @Test func niceDomainsContainTheDataAndEndAtWholeSteps() {
    for domain in Self.domains {
      let nice = LinearScale(domain).nice(about: 6).domain
      let step = TickStep(dividing: domain, atMost: 6)
      let slack = (domain.upperBound - domain.lowerBound) * 1e-9
      #expect((-slack...step.value(1)).contains(domain.lowerBound - nice.lowerBound))
      #expect((-slack...step.value(1)).contains(nice.upperBound - domain.upperBound))
      let whole = step.multiples(in: nice).map(step.value)
      #expect(whole.first == nice.lowerBound && whole.last == nice.upperBound)
    }
  }

  @Test(arguments: [0, 1, -2.5, 1e-300, 1e300, -1e300])
  func aSingleValueStandsInTheMiddle(value: Double) throws {
    let position = try #require(LinearScale(value...value).position(of: value))
    #expect(abs(position - 0.5) < 1e-6)
    #expect(LinearScale(value...value).ticks(about: 5).count >= 2)
  }

  @Test func whatIsNoNumberHasNoPlace() {
    let scale = LinearScale(covering: [.nan, 2, .infinity, 4])
    #expect(scale.domain == 2...4)
    #expect(scale.position(of: .nan) == nil)
    #expect(scale.position(of: -.infinity) == nil)
    #expect(LinearScale(covering: []).domain == 0...1)
  }
}

@Suite struct LogScaleTests {
  @Test func manyDecadesShowPowersOfTen() {
    let labels = LogScale(1e-2...1e4).ticks(about: 7).compactMap(\.label)
    #expect(labels.map(\.text) == Array(repeating: "10", count: 7))
    #expect(labels.map(\.exponent) == ["−2", "−1", "0", "1", "2", "3", "4"])
  }

  @Test func aStrideOverDecadesKeepsOne() {
    let values = LogScale(1e-6...1e6).ticks(about: 5).map(\.value)
    #expect(values == [1e-6, 1e-3, 1, 1e3, 1e6])
  }

  @Test func underTwoDecadesShowOneTwoFive() {
    let ticks = LogScale(0.3...20).ticks(about: 6)
    #expect(ticks.map(\.value) == [0.5, 1, 2, 5, 10, 20])
    #expect(ticks.map { $0.label?.text } == ["0.5", "1", "2", "5", "10", "20"])
  }

  @Test func underOneDecadeTicksAreLinear() {
    #expect(LogScale(2...5).ticks(about: 4).map(\.value) == [2, 3, 4, 5])
  }

  @Test func ticksLieInsideTheDomain() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<2000 {
      let first = Double.random(in: -40...40, using: &generator)
      let extent = Double.random(in: 0.01...60, using: &generator)
      let scale = LogScale(power(first)...power(first + extent))
      for count in 2...8 {
        let ticks = scale.ticks(about: count)
        #expect(!ticks.isEmpty && ticks.count <= 8, "\(scale.domain), \(count)")
        for tick in ticks + scale.minorTicks(atMost: 60) {
          let position = scale.position(of: tick.value) ?? -1
          #expect((-1e-9...1 + 1e-9).contains(position), "\(scale.domain): \(tick)")
        }
      }
      let nice = scale.nice(about: 5).domain
      #expect(nice.lowerBound <= scale.domain.lowerBound * (1 + 1e-9))
      #expect(nice.upperBound >= scale.domain.upperBound * (1 - 1e-9))
    }
  }

  @Test func onlyPositiveValuesHaveAPlace() {
    let scale = LogScale(covering: [-1, 0, .nan, 0.1, 10])
    #expect(scale.domain == 0.1...10)
    #expect(scale.position(of: 1) == 0.5)
    #expect(scale.position(of: 0) == nil)
    #expect(LogScale(covering: [0, -3]).domain == 1...10)
    #expect(LogScale(4...4).domain == 2...8)
  }

  private func power(_ exponent: Double) -> Double {
    let whole = Int(exponent.rounded(.down))
    return Double("1e\(whole)")! * (1 + 9 * (exponent - Double(whole)))
  }
}

@Suite struct LogFromZeroScaleTests {
  @Test func zeroHasAPlaceAndOrderIsKept() throws {
    let scale = LogFromZeroScale(covering: [0, 1, 2, 4, 8, 1000])
    #expect(scale.position(of: 0) == 0)
    #expect(try #require(scale.position(of: 1000)) == 1)
    let places = [0, 0.5, 1, 2, 4, 8, 1000].compactMap(scale.position)
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    // Equal ratios beyond the first positive value are equally far apart.
    #expect(abs((places[3] - places[2]) - (places[4] - places[3])) < 1e-12)
  }

  @Test func ticksAreZeroAndThoseOfARatioScale() {
    let ticks = LogFromZeroScale(covering: [0, 1, 55]).ticks(about: 8)
    #expect(ticks.compactMap(\.label?.text) == ["0", "1", "2", "5", "10", "20", "50"])
  }

  @Test func withoutPositiveValuesThereIsStillAScale() {
    #expect(LogFromZeroScale(covering: []).position(of: 0) == 0)
    #expect(LogFromZeroScale(covering: [0, .nan]).ticks(about: 5).count >= 2)
  }
}

@Suite struct DendrogramTests {
  @Test func leavesComeInTheOrderOfTheTree() {
    let tree = Dendrogram(
      leafCount: 4,
      merges: [.init(0, 2, height: 1), .init(3, 1, height: 2), .init(5, 4, height: 3)])
    #expect(tree.leafOrder == [3, 1, 0, 2])
    #expect(Dendrogram(leafCount: 1, merges: []).leafOrder == [0])
    #expect(Dendrogram(leafCount: 0, merges: []).leafOrder.isEmpty)
  }
}

@Suite struct DarkColorTests {
  @Test func linesKeepTheirContrastInTheDark() {
    for step in 0...20 {
      let color = ColorRamp.lines(Double(step) / 20)
      #expect(color.onDark.contrast(with: .darkPage) >= min(color.contrast(with: .white), 8))
    }
  }

  @Test func categoriesAreReadableOnWhite() {
    for index in 0..<10 { #expect(CategoricalPalette.color(index).contrast(with: .white) >= 2.9) }
  }
}

@Suite struct BandScaleTests {
  @Test func bandsShareTheAxisEqually() {
    let scale = BandScale(["a", "b", "c", "d"])
    #expect(scale.width == 0.25)
    #expect((0..<4).map { scale.position(of: Double($0)) } == [0.125, 0.375, 0.625, 0.875])
    #expect(scale.ticks(about: 1).compactMap(\.label?.text) == ["a", "b", "c", "d"])
    #expect(BandScale([]).ticks(about: 3).isEmpty)
  }
}
