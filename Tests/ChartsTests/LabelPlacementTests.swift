import Charts
import Testing

@Suite struct LabelPlacementTests {
  @Test func labelsWithRoomStandWhereTheyWant() {
    let middles = LabelPlacement.middles(desired: [10, 50, 90], sizes: [10, 10, 10], in: 0...100)
    #expect(middles == [10, 50, 90])
  }

  @Test func equalLabelsSpreadAroundTheirPlace() {
    let middles = LabelPlacement.middles(desired: [50, 50, 50], sizes: [10, 10, 10], in: 0...100)
    #expect(middles == [40, 50, 60])
  }

  @Test func labelsBeyondTheBoundsArePushedInside() {
    let middles = LabelPlacement.middles(desired: [-5, 2, 200], sizes: [10, 10, 10], in: 0...100)
    #expect(middles == [5, 15, 95])
  }

  @Test func placementsDoNotOverlapKeepOrderAndStayWithin() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2000 {
      let count = Int.random(in: 1...30, using: &generator)
      let sizes = (0..<count).map { _ in Double.random(in: 1...9, using: &generator) }
      let upper = sizes.reduce(0, +) * Double.random(in: 1...3, using: &generator)
      let desired = (0..<count).map { _ in Double.random(in: -20...upper + 20, using: &generator) }
      let middles = LabelPlacement.middles(desired: desired, sizes: sizes, in: 0...upper)
      let order = desired.indices.sorted { desired[$0] < desired[$1] }
      for (before, after) in zip(order, order.dropFirst()) {
        let distance = middles[after] - middles[before]
        #expect(distance >= (sizes[before] + sizes[after]) / 2 - 1e-9)
      }
      for index in order {
        #expect(middles[index] - sizes[index] / 2 >= -1e-9)
        #expect(middles[index] + sizes[index] / 2 <= upper + 1e-9)
      }
    }
  }

  @Test func noOtherPlacementIsNearer() {
    // Coordinate moves cannot improve a minimum of a convex function over an interval order.
    let desired = [10.0, 12, 13, 40, 41]
    let sizes = Array(repeating: 6.0, count: 5)
    let middles = LabelPlacement.middles(desired: desired, sizes: sizes, in: 0...60)
    func cost(_ middles: [Double]) -> Double {
      zip(middles, desired).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
    }
    for shift in [-0.5, 0.5] {
      #expect(cost(middles) <= cost(middles[..<3].map { $0 + shift } + middles[3...]))
      #expect(cost(middles) <= cost(middles[..<3] + middles[3...].map { $0 + shift }))
    }
  }

  @Test func labelsThatCannotFitAreSpreadEvenly() {
    let middles = LabelPlacement.middles(
      desired: [1, 1, 1, 1], sizes: [10, 10, 10, 10], in: 0...20)
    #expect(middles == [2.5, 7.5, 12.5, 17.5])
    #expect(LabelPlacement.middles(desired: [], sizes: [], in: 0...1).isEmpty)
  }

  @Test func everyNthKeepsTheFirstAndTheLast() {
    #expect(LabelPlacement.everyNth(2, of: 8) == [0, 2, 4, 7])
    #expect(LabelPlacement.everyNth(3, of: 9) == [0, 3, 6, 8])
    #expect(LabelPlacement.everyNth(5, of: 60, withLast: false).last == 55)
    #expect(LabelPlacement.everyNth(9, of: 1) == [0])
    #expect(LabelPlacement.everyNth(1, of: 0) == [])
  }
}
