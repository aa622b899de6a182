import Activations
import Neighbors
import PairwiseDistances
import TestSupport
import Testing

/// The search against all distances in Double.
@Suite struct NearestNeighborsTests {
  static func expectExact(
    _ bank: ActivationMatrix, queries: ActivationMatrix? = nil, k: Int, threads: Int = 1,
    instructionSet: InstructionSet = .best, distance: Distance = .squaredEuclidean,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let search = NearestNeighbors(
      neighborCount: k, distance: distance,
      machine: Machine(threadCount: threads, instructionSet: instructionSet))
    let lists =
      try queries.map { try search.neighbors(of: $0, in: bank) }
      ?? search.leaveOneOut(bank)
    let naive = NaiveNeighbors.lists(
      of: queries ?? bank, in: bank, k: k, isLeaveOneOut: queries == nil,
      cosine: distance == .cosine)
    #expect(lists.queryCount == naive.count, sourceLocation: sourceLocation)
    for (query, expected) in naive.enumerated() {
      #expect(
        lists.rows(of: query).map(Int.init) == expected.map(\.row), "query \(query)",
        sourceLocation: sourceLocation)
      for (distance, entry) in zip(lists.distances(of: query), expected) {
        #expect(
          isClose(distance, entry.distance, relative: 1e-12, absolute: 1e-30),
          sourceLocation: sourceLocation)
      }
    }
  }

  static let levels = InstructionSet.allCases.filter(\.isAvailable)

  @Test(
    "Every size of panel, block and tail, on every instruction set",
    arguments: levels, [2, 3, 31, 32, 33, 63, 64, 65, 191, 193, 255, 256, 257, 400])
  func sizes(level: InstructionSet, count: Int) throws {
    var random = RandomActivations(seed: UInt64(count))
    let labels = random.labels(count, classes: 2)
    let matrix = random.matrix(labels, features: 5)
    try Self.expectExact(matrix, k: min(7, count - 1), instructionSet: level)
  }

  @Test(
    "Every number of features", arguments: levels,
    [1, 2, 7, 8, 9, 16, 17, 31, 33, 255, 256, 257, 600])
  func features(level: InstructionSet, count: Int) throws {
    var random = RandomActivations(seed: UInt64(count))
    let labels = random.labels(80, classes: 3)
    try Self.expectExact(
      random.matrix(labels, features: count), k: 20, instructionSet: level)
  }

  @Test(
    "Queries against a bank of any size",
    arguments: [(1, 1, 1), (1, 40, 40), (33, 31, 5), (250, 300, 50), (5, 257, 257)])
  func rectangles(queryCount: Int, bankCount: Int, k: Int) throws {
    var random = RandomActivations(seed: UInt64(queryCount * 1000 + bankCount))
    let queries = random.matrix(random.labels(queryCount, classes: 1), features: 11)
    let bank = random.matrix(random.labels(bankCount, classes: 1), features: 11)
    try Self.expectExact(bank, queries: queries, k: k, threads: 3)
  }

  @Test("Up to a thousand neighbors of each")
  func many() throws {
    var random = RandomActivations(seed: 5)
    let matrix = random.matrix(random.labels(1300, classes: 4), features: 6)
    try Self.expectExact(matrix, k: 1000, threads: 2)
  }

  @Test("Ties go to the lower row: a lattice where most distances are shared", arguments: levels)
  func lattice(level: InstructionSet) throws {
    var random = RandomActivations(seed: 9)
    let values = (0..<500 * 3).map { _ in Float((random.normal() * 1.5).rounded()) }
    try Self.expectExact(
      ActivationMatrix(sampleCount: 500, featureCount: 3, values: values), k: 40,
      instructionSet: level)
  }

  @Test("Duplicates only: every distance is 0 and rows come in order")
  func duplicates() throws {
    let matrix = ActivationMatrix(
      sampleCount: 700, featureCount: 4, values: Array(repeating: Float(3.25), count: 2800))
    try Self.expectExact(matrix, k: 30)
    try Self.expectExact(matrix, k: 30, distance: .cosine)
  }

  @Test("Tight clusters far apart, where the expansion cannot tell neighbors apart")
  func clusters() throws {
    var random = RandomActivations(seed: 11)
    let labels = random.labels(600, classes: 2)
    let values = random.values(labels, features: 40, separation: 1e6)
    try Self.expectExact(
      ActivationMatrix(sampleCount: 600, featureCount: 40, values: values), k: 25)
  }

  @Test("Offsets and scales", arguments: [(1e5, 1.0), (0, 1e-12), (0, 1e15), (1000, 1e-3)])
  func conditions(offset: Double, scale: Double) throws {
    var random = RandomActivations(seed: 3)
    let labels = random.labels(300, classes: 3)
    try Self.expectExact(
      random.matrix(labels, features: 30, scale: scale, offset: offset), k: 12)
  }

  @Test("64-bit values keep their digits, at any scale", arguments: [1e-140, 1, 1e140])
  func doubles(scale: Double) throws {
    var random = RandomActivations(seed: 4)
    let labels = random.labels(200, classes: 3)
    let values = random.values(labels, features: 9, separation: 1, scale: scale, offset: 1e7)
    try Self.expectExact(
      ActivationMatrix(sampleCount: 200, featureCount: 9, values: values), k: 10)
  }

  @Test("A single far outlier does not blur the others")
  func outlier() throws {
    var random = RandomActivations(seed: 6)
    var values = random.values(random.labels(300, classes: 2), features: 8, separation: 1)
    values[8 * 17] = 1e12
    try Self.expectExact(
      ActivationMatrix(sampleCount: 300, featureCount: 8, values: values), k: 10)
  }

  @Test("Cosine", arguments: levels)
  func cosine(level: InstructionSet) throws {
    var random = RandomActivations(seed: 8)
    let matrix = random.matrix(random.labels(300, classes: 3), features: 24, offset: 0.5)
    try Self.expectExact(matrix, k: 15, instructionSet: level, distance: .cosine)
  }

  @Test("The same lists on one thread and on several")
  func threads() throws {
    var random = RandomActivations(seed: 10)
    let matrix = random.matrix(random.labels(900, classes: 3), features: 20)
    let one = try NearestNeighbors(neighborCount: 33, machine: Machine(threadCount: 1)).leaveOneOut(
      matrix)
    for threads in [2, 3, 8] {
      #expect(
        try NearestNeighbors(neighborCount: 33, machine: Machine(threadCount: threads)).leaveOneOut(
          matrix) == one)
    }
  }

  @Test("A sample is not its own neighbor, but its copy is")
  func copies() throws {
    let matrix = ActivationMatrix(
      sampleCount: 4, featureCount: 1, values: [Float(0), 5, 0, 9])
    let lists = try NearestNeighbors(neighborCount: 1).leaveOneOut(matrix)
    #expect(lists.rows == [2, 3, 0, 1])
    #expect(lists.distances == [0, 16, 0, 16])
  }

  @Test("What has no neighbors is refused")
  func refusals() throws {
    let three = ActivationMatrix(sampleCount: 3, featureCount: 1, values: [Float(1), 2, 3])
    let wide = ActivationMatrix(sampleCount: 1, featureCount: 2, values: [Float(1), 2])
    let empty = ActivationMatrix(sampleCount: 0, featureCount: 1, values: [Float]())
    let bad = ActivationMatrix(sampleCount: 2, featureCount: 1, values: [Float.nan, 2])
    let search = NearestNeighbors(neighborCount: 3)
    #expect(
      throws: NeighborsError.bankIsTooSmall(neighborCount: 3, bank: 3, isLeaveOneOut: true)
    ) { try search.leaveOneOut(three) }
    #expect(throws: NeighborsError.widthsDiffer(queries: 2, bank: 1)) {
      try search.neighbors(of: wide, in: three)
    }
    #expect(throws: NeighborsError.noSamples(of: .queries)) {
      try search.neighbors(of: empty, in: three)
    }
    #expect(throws: NeighborsError.nonFinite(.queries, rows: [0])) {
      try search.neighbors(of: bad, in: three)
    }
    #expect(throws: NeighborsError.neighborCount(0)) {
      try NearestNeighbors(neighborCount: 0).leaveOneOut(three)
    }
    #expect(throws: NeighborsError.cancelled) {
      try NearestNeighbors(neighborCount: 1, hooks: PassHooks(isCancelled: { true })).leaveOneOut(
        three)
    }
    #expect(
      throws: NeighborsError.zeroRows(.bank, rows: [1])
    ) {
      try NearestNeighbors(neighborCount: 1, distance: .cosine).leaveOneOut(
        ActivationMatrix(sampleCount: 3, featureCount: 1, values: [Float(1), 0, 3]))
    }
  }
}
