import Activations
import Neighbors
import TestSupport
import Testing

@Suite struct CredibilityTests {
  private func classes(_ lists: [[Int32]], count: Int = 2) -> NeighborClasses {
    NeighborClasses(
      neighborCount: lists[0].count, classes: lists.flatMap { $0 }, classCount: count)
  }

  @Test("Nonconformity sums the neighbors of other classes over layers; p-values by both rules")
  func definition() throws {
    // Calibration scores at the true class 0: 0, 0, 1 + 1 = 2, 2 + 0 = 2.
    let calibration = [
      classes([[0, 0], [0, 0], [0, 1], [1, 1]]), classes([[0, 0], [0, 0], [1, 0], [0, 0]]),
    ]
    let query = [classes([[0, 1]]), classes([[0, 0]])]
    let conformal = try DeepNearestNeighbors(calibration: calibration, truth: [0, 0, 0, 0])
    #expect(conformal.calibrationScores == [0, 0, 2, 2])
    #expect(conformal.nonconformities(of: 0, in: query) == [1, 3])
    let found = conformal.credibilities(of: query)[0]
    #expect(found.pValues == [3.0 / 5, 1.0 / 5])
    #expect(found.prediction == 0)
    #expect(found.credibility == 3.0 / 5)
    #expect(found.confidence == 1 - 1.0 / 5)
    let paper = try DeepNearestNeighbors(
      calibration: calibration, truth: [0, 0, 0, 0], pValue: .paper)
    #expect(paper.credibilities(of: query)[0].pValues == [2.0 / 4, 0])
  }

  @Test("Classes without a neighbor share one p-value: the rest is as if each had its own")
  func sparse() throws {
    var generator = SplitMix64(seed: 9)
    let classCount = 7
    func lists(_ count: Int) -> [NeighborClasses] {
      (0..<2).map { _ in
        classes(
          (0..<count).map { _ in (0..<3).map { _ in Int32.random(in: 0..<7, using: &generator) } },
          count: classCount)
      }
    }
    let truth = (0..<40).map { _ in Int32.random(in: 0..<7, using: &generator) }
    let deep = try DeepNearestNeighbors(calibration: lists(40), truth: truth)
    let queries = lists(200)
    for (query, found) in deep.credibilities(of: queries).enumerated() {
      let scores = deep.nonconformities(of: query, in: queries)
      let p = scores.map { score in
        Double(deep.calibrationScores.count { $0 >= score } + 1) / 41
      }
      let best = scores.firstIndex(of: scores.min() ?? 0) ?? 0
      #expect(found.pValues == p)
      #expect(found.prediction == Int32(best))
      #expect(found.credibility == p[best])
      #expect(found.confidence == 1 - (p.indices.filter { $0 != best }.map { p[$0] }.max() ?? 0))
    }
  }

  @Test("Zeros of the calibration are kept: without them p would be 1")
  func zeros() throws {
    let lists = Array(repeating: [Int32(0), 0], count: 9) + [[Int32(0), 1]]
    let deep = try DeepNearestNeighbors(
      calibration: [classes(lists)], truth: Array(repeating: 0, count: 10), pValue: .paper)
    #expect(deep.credibilities(of: [classes([[0, 1]])])[0].credibility == 0.1)
  }

  @Test("A tie of p-values goes to the class of least nonconformity")
  func ties() throws {
    let deep = try DeepNearestNeighbors(
      calibration: [classes([[0, 0, 0]], count: 3)], truth: [0])
    let found = deep.credibilities(of: [classes([[2, 2, 1]], count: 3)])[0]
    #expect(found.pValues == [0.5, 0.5, 0.5])
    #expect(found.prediction == 2)
  }

  @Test("No calibration is refused")
  func empty() {
    #expect(throws: NeighborsError.emptyCalibration) {
      try DeepNearestNeighbors(
        calibration: [NeighborClasses(neighborCount: 2, classes: [], classCount: 2)], truth: [])
    }
  }

  /// Over 1,000 random splits of exchangeable samples into calibration and queries, the p-value at
  /// the true label is at most α with probability at most α, and not much less.
  @Test("Conformal p-values are valid at the true label")
  func validity() throws {
    // Two overlapping classes, so that scores vary; lists against a bank of their own, once.
    var random = RandomActivations(seed: 2026)
    let bankLabels = random.labels(300, classes: 2)
    let poolLabels = random.labels(300, classes: 2)
    let all = ClassLabels(indices: bankLabels.indices + poolLabels.indices, names: ["0", "1"])
    let matrix = random.matrix(all, features: 3, separation: 0.8)
    let lists = try NearestNeighbors(neighborCount: 25).neighbors(
      of: matrix.rows(Array(300..<600)), in: matrix.rows(Array(0..<300)))
    let pool = lists.classes(bankLabels)
    let levels = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
    var shares = levels.map { _ in [Double]() }
    for _ in 0..<1000 {
      let order = random.shuffled(300)
      let calibration = order.prefix(200)
      let queries = order.suffix(100)
      func part(_ rows: ArraySlice<Int>) -> NeighborClasses {
        NeighborClasses(
          neighborCount: 25, classes: rows.flatMap { pool.classes(of: $0) }, classCount: 2)
      }
      let deep = try DeepNearestNeighbors(
        calibration: [part(calibration)], truth: calibration.map { poolLabels.indices[$0] })
      let found = deep.credibilities(of: [part(queries)])
      let pValues = zip(queries, found).map { $1.pValues[Int(poolLabels.indices[$0])] }
      for (index, level) in levels.enumerated() {
        shares[index].append(Double(pValues.count { $0 <= level }) / Double(pValues.count))
      }
    }
    for (level, shares) in zip(levels, shares) {
      let count = Double(shares.count)
      let mean = shares.reduce(0, +) / count
      let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
      let standardError = (variance / count).squareRoot()
      #expect(mean <= level + 3 * standardError, "α = \(level): \(mean) ± \(standardError)")
      if level >= 0.1 { #expect(mean >= level / 2, "α = \(level): \(mean)") }
    }
  }
}
