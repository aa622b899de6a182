import Analysis
import Foundation
import PairwiseDistances
import Synchronization
import TestSupport
import Testing

@Suite struct AnalysisRunTests {
  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path("run.h5")
    var random = RandomActivations(seed: 9)
    let labels = random.labels(40, classes: 2)
    let values = random.values(labels, features: 3, separation: 1).map(Float.init)
    try HDF5Fixture.write(
      to: file,
      datasets: [
        .init("epoch_0/a", shape: [40, 3], .float32(values)),
        .init("epoch_0/b", shape: [40, 3], .float32(values.map { $0 < 0 ? -1 : $0 })),
        .init("labels", shape: [40], .int64(labels.indices.map(Int64.init))),
        .init("meta/domain", shape: [40], .int64((0..<40).map { Int64($0 % 4) })),
        .init("constant", shape: [40], .int64(Array(repeating: 1, count: 40))),
      ])
  }

  private func results(
    _ labels: [String], keepsGoing: Bool = false, hooks: RunHooks = RunHooks()
  ) throws -> AnalysisResults {
    var options = AnalysisOptions(keepsGoing: keepsGoing)
    options.reading.labels = labels
    options.settings.quantities = [.curve, .minimum]
    return try AnalysisRun(
      AnalysisPlan(files: [file], options: options), scratch: folder.url.path, hooks: hooks
    ).results()
  }

  @Test("Each labeling has a history, to the bit what it has alone, under its name")
  func labelings() throws {
    let both = try results(["labels", "/meta/domain"])
    #expect(both.plan.labelings == ["labels", "domain"])
    #expect(both.histories.map(\.labeling) == ["labels", "domain"])
    for (labels, history) in zip(["labels", "/meta/domain"], both.histories) {
      let alone = try results([labels]).histories[0]
      #expect(alone.labeling == nil)
      #expect(alone.profiles[0].layers.map(\.name) == ["a", "b"])
      for (together, single) in zip(history.profiles[0].layers, alone.profiles[0].layers) {
        #expect(together.entanglement == single.entanglement)
      }
    }
    #expect(throws: AnalysisError.self) { try results(["labels", "labels"]) }
  }

  @Test("A labeling that fails stops the run, or is left out of it")
  func failures() throws {
    #expect(throws: AnalysisError.self) { try results(["constant", "labels"]) }
    let kept = try results(["constant", "labels"], keepsGoing: true)
    #expect(kept.failures.map(\.layer) == ["a", "b"])
    #expect(kept.histories.map { $0.profiles[0].layers.count } == [0, 2])
  }

  @Test("Progress goes from nothing to all, and says when it is over")
  func progress() throws {
    let heard = Mutex<[RunProgress]>([])
    _ = try results(
      ["labels"], hooks: RunHooks(progress: { told in heard.withLock { $0.append(told) } }))
    let told = heard.withLock { $0 }
    let shares = told.map(\.share)
    #expect(shares.first == 0 && shares.last == 1)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(told.last?.isOver == true && told.dropLast().allSatisfy { !$0.isOver })
    #expect(told.last?.finishedCount == 2 && told.last?.works.count == 2)
    #expect(Set(told.map(\.current)).isSuperset(of: ["epoch_0 a", "epoch_0 b"]))
  }

  @Test("The time left is told from what was computed, not from what the cache held")
  func timeLeft() throws {
    var options = AnalysisOptions()
    options.reading.labels = ["labels"]
    // One layer after the other.
    options.machine = Machine(threadCount: 1)
    let cache = folder.path("cache")
    func told(layers: [String], by file: String) throws -> [RunProgress] {
      let heard = Mutex<[RunProgress]>([])
      options.reading.layers = layers
      _ = try AnalysisRun(
        AnalysisPlan(files: [file], options: options), cache: cache, scratch: folder.url.path,
        hooks: RunHooks(progress: { told in heard.withLock { $0.append(told) } })
      ).results()
      return heard.withLock { $0 }
    }
    let first = try told(layers: ["a"], by: file)
    #expect(first.allSatisfy { $0.keptShares == [0] })
    let resumed = try told(layers: ["a", "b"], by: file)
    let half = try #require(resumed.first { $0.keptShares.contains(1) })
    #expect(half.share == 0.5 && half.secondsLeft(after: 10) == nil)
    // Halfway through the other layer, ten seconds of computing are followed by as many.
    let last = try #require(resumed.last { $0.share < 1 && $0.share > 0.5 })
    let computed = last.share - 0.5
    let left = try #require(last.secondsLeft(after: 10))
    #expect(isClose(left, 10 * (0.5 - computed) / computed, relative: 1e-12))
    #expect(resumed.last?.keptShares.sorted() == [0, 1])
  }
}
