import Analysis
import Foundation
import PairwiseDistances
import TestSupport
import Testing

@Suite struct UnitPlanTests {
  @Test("No shard has more to do than the mean and the longest unit", arguments: [1, 2, 7, 64])
  func balance(count: Int) {
    var generator = SystemRandomNumberGenerator()
    let costs = (0..<101).map { _ in Int.random(in: 1...10_000, using: &generator) }
    let shards = UnitPlan.shards(of: costs, count: count)
    #expect(shards.count == costs.count)
    #expect(shards.allSatisfy { (0..<count).contains($0) })
    var sums = Array(repeating: 0, count: count)
    for (shard, cost) in zip(shards, costs) { sums[shard] += cost }
    #expect(Double(sums.max() ?? 0) <= Double(costs.reduce(0, +)) / Double(count) + 10_000)
    #expect(UnitPlan.shards(of: costs, count: count) == shards)
  }

  @Test("Units of one cost are spread evenly")
  func even() {
    let shards = UnitPlan.shards(of: Array(repeating: 1, count: 12), count: 5)
    let sizes = (0..<5).map { shard in shards.count { $0 == shard } }
    #expect(sizes.sorted() == [2, 2, 2, 3, 3])
  }

  @Test("A list of shards is written as schedulers write it, and read back")
  func list() {
    for (shards, text) in [
      ([3, 17, 18, 19], "3,17-19"), ([0], "0"), ([5, 4, 4], "4-5"), ([0, 2, 4], "0,2,4"), ([], ""),
    ] {
      #expect(ShardList(shards).description == text)
      if !shards.isEmpty { #expect(ShardList(text: text)?.shards == Set(shards).sorted()) }
    }
    for text in ["", "a", "3-", "-3", "5-3", "1,,2", "1-2-3", "0-99999999999"] {
      #expect(ShardList(text: text) == nil, "\(text)")
    }
  }

  @Test("A machine that lacks the instruction set of the plan refuses, and says what it has")
  func instructionSet() throws {
    let missing = try #require(InstructionSet.allCases.first { !$0.isAvailable })
    let temporary = try TemporaryFolder()
    let plan = UnitPlan(
      arguments: [], directory: "/", machine: Machine(instructionSet: missing), shardCount: 1,
      files: [], samples: [], units: [])
    let folder = try UnitFolder.make(temporary.path("run"), of: plan)
    let error = try #require(throws: AnalysisError.self) {
      try UnitRun(folder, files: [], options: AnalysisOptions(), threadCount: 1)
    }
    #expect(error.cause == .differs)
    #expect(error.message.hasPrefix("This machine has no \(missing.rawValue), "))
    #expect(error.message.contains("--instruction-set \(InstructionSet.best.rawValue)"))
  }
}
