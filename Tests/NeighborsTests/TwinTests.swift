import Activations
import Neighbors
import TestSupport
import Testing

/// Queries that are samples of the bank or of the calibration, too.
@Suite("Samples that are on both sides") struct TwinTests {
  private func matrix(_ count: Int, _ width: Int, seed: UInt64) -> ActivationMatrix {
    var random = RandomActivations(seed: seed)
    return ActivationMatrix(
      sampleCount: count, featureCount: width,
      values: (0..<count * width).map { _ in Float(random.normal()) })
  }

  @Test("Leaving each row out of its own list is leave-one-out", arguments: [1, 3, 9])
  func leavingOut(_ k: Int) throws {
    let all = matrix(33, 5, seed: 1)
    let search = NearestNeighbors(neighborCount: k)
    let found = try search.neighbors(
      of: all, in: all, leavingOut: (0..<33).map { [Int32($0)] })
    let alone = try search.leaveOneOut(all)
    #expect(found.rows == alone.rows)
    for (distance, other) in zip(found.distances, alone.distances) {
      #expect(isClose(distance, other, relative: 1e-12))
    }
  }

  @Test("Several rows of the bank may be one query, and others none")
  func several() throws {
    let bank = matrix(40, 4, seed: 2)
    let queries = bank.rows([3, 7])
    let found = try NearestNeighbors(neighborCount: 5).neighbors(
      of: queries, in: bank, leavingOut: [[3, 9, 11], []])
    let plain = try NearestNeighbors(neighborCount: 8).neighbors(of: queries, in: bank)
    let wanted = plain.rows(of: 0).filter { ![3, 9, 11].contains($0) }.prefix(5)
    #expect(Array(found.rows(of: 0)) == Array(wanted))
    #expect(Array(found.rows(of: 1)) == Array(plain.rows(of: 1).prefix(5)))
    #expect(throws: NeighborsError.self) {
      _ = try NearestNeighbors(neighborCount: 38).neighbors(
        of: queries, in: bank, leavingOut: [[3, 9, 11], []])
    }
  }

  @Test("Equal rows are found whatever the sign of a zero, and not where they are the query itself")
  func equalRows() {
    let bank = ActivationMatrix(
      sampleCount: 4, featureCount: 2, values: [Float](arrayLiteral: 0, 1, 2, 3, -0.0, 1, 5, 6))
    let none: [[Int32]] = [[], [], [], []]
    #expect(EqualRows(of: bank, in: bank, besides: none).queryCount == 4)
    let own: [[Int32]] = [[0], [1], [2], [3]]
    #expect(EqualRows(of: bank, in: bank, besides: own).queryCount == 2)
  }

  @Test("Rows that a layer cannot tell apart are counted, and say nothing of the votes")
  func deadLayer() throws {
    let dead = ActivationMatrix(
      sampleCount: 300, featureCount: 3, values: [Float](repeating: 0, count: 900))
    let own = (0..<300).map { [Int32($0)] }
    let equal = EqualRows(of: dead, in: dead, besides: own)
    #expect(equal.queryCount == 300)
    let search = NearestNeighbors(neighborCount: 2)
    let labels = ClassLabels((0..<300).map { Int64($0 % 2) })
    let accuracy = try equal.accuracy(
      with: search, of: dead, in: dead, twins: own, lists: try search.leaveOneOut(dead),
      labels: labels, truth: labels.indices.map { $0 })
    #expect(accuracy == nil)
  }

  @Test(
    "A query that calibrates is judged as if it did not",
    arguments: [DeepNearestNeighbors.PValue.conformal, .paper])
  func calibration(_ pValue: DeepNearestNeighbors.PValue) throws {
    var random = RandomActivations(seed: 4)
    let count = 25
    let layers = (0..<2).map { _ in
      NeighborClasses(
        neighborCount: 4,
        classes: (0..<count * 4).map { _ in Int32(abs(random.normal()) * 1.4) % 3 },
        classCount: 3)
    }
    let truth = (0..<count).map { Int32($0 % 3) }
    let all = try DeepNearestNeighbors(calibration: layers, truth: truth, pValue: pValue)
    let found = all.credibilities(of: layers, besides: (0..<count).map { [Int32($0)] })
    for query in 0..<count {
      let others = (0..<count).filter { $0 != query }
      let without = try DeepNearestNeighbors(
        calibration: layers.map { $0.rows(others) }, truth: others.map { truth[$0] },
        pValue: pValue)
      #expect(found[query] == without.credibilities(of: layers.map { $0.rows([query]) })[0])
    }
  }
}
