import Analysis
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct CancellationTests {
  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path("run.h5")
    var random = RandomActivations(seed: 12)
    let labels = random.labels(60, classes: 3)
    let values = random.values(labels, features: 4, separation: 1).map(Float.init)
    try HDF5Fixture.write(
      to: file,
      datasets: [
        .init("epoch_0/a", shape: [60, 4], .float32(values)),
        .init("epoch_0/b", shape: [60, 4], .float32(values.map { $0 * abs($0) })),
        .init("epoch_1/a", shape: [60, 4], .float32(values.map { $0 + 1 })),
        .init("epoch_1/b", shape: [60, 4], .float32(values.map { $0 / 2 })),
        .init("labels", shape: [60], .int64(labels.indices.map(Int64.init))),
      ])
  }

  private func options(threads: Int = 1, keepsGoing: Bool = false) -> AnalysisOptions {
    AnalysisOptions(machine: Machine(threadCount: threads), keepsGoing: keepsGoing)
  }

  /// Says yes from one question on.
  private final class Patience: Sendable {
    private let asked = Atomic(0)
    let limit: Int

    init(_ limit: Int) { self.limit = limit }

    var count: Int { asked.load(ordering: .relaxed) }

    func isOver() -> Bool { asked.wrappingAdd(1, ordering: .relaxed).oldValue >= limit }
  }

  /// Cancels a run at its first question, at some on the way, and at one beyond the last.
  private func expectCancellation(_ run: (RunHooks) throws -> Void) throws {
    let whole = Patience(.max)
    try run(RunHooks(isCancelled: { whole.isOver() }))
    try #require(whole.count > 2)
    for limit in Set([0, 1, 2, whole.count / 2, whole.count - 1]) {
      let patience = Patience(limit)
      #expect(throws: AnalysisError.cancelled, "at question \(limit) of \(whole.count)") {
        try run(RunHooks(isCancelled: { patience.isOver() }))
      }
    }
    let patience = Patience(whole.count)
    try run(RunHooks(isCancelled: { patience.isOver() }))
  }

  @Test("A run ends wherever it is told to, also one that keeps going", arguments: [false, true])
  func analysis(keepsGoing: Bool) throws {
    let plan = try AnalysisPlan(files: [file], options: options(keepsGoing: keepsGoing))
    try expectCancellation { hooks in
      _ = try AnalysisRun(plan, scratch: folder.url.path, hooks: hooks).results()
    }
  }

  @Test("What was finished is kept, and the next run goes on from there to the same numbers")
  func cache() throws {
    let plan = try AnalysisPlan(files: [file], options: options(threads: 2))
    let cache = folder.path("cache")
    let isOver = Atomic(false)
    let hooks = RunHooks(
      progress: { if $0.finishedCount > 0 { isOver.store(true, ordering: .relaxed) } },
      isCancelled: { isOver.load(ordering: .relaxed) })
    #expect(throws: AnalysisError.cancelled) {
      try AnalysisRun(plan, cache: cache, hooks: hooks).results()
    }
    #expect(try !FileManager.default.contentsOfDirectory(atPath: cache).isEmpty)
    let resumed = try AnalysisRun(plan, cache: cache).results()
    let whole = try AnalysisRun(plan).results()
    #expect(resumed.histories == whole.histories)
    // Nothing is left to compute, and it still ends where it is told to.
    #expect(throws: AnalysisError.cancelled) {
      try AnalysisRun(plan, cache: cache, hooks: RunHooks(isCancelled: { true })).results()
    }
  }

  @Test("Measuring for a baseline or a check, and searching neighbors, end in the same way")
  func others() throws {
    let baseline = folder.path("baseline.json")
    try expectCancellation { hooks in
      let run = try BaselineRun(files: [file], options: options(), hooks: hooks).measurements()
      try BaselineFile(path: baseline).write(run)
    }
    try expectCancellation { hooks in
      _ = try CheckRun(files: [file], baseline: baseline, options: options(), hooks: hooks).check()
    }
    // A model that fails does not end the check of the others; one that is cancelled does.
    let models = ["a", "b"].map { CheckedModel(name: $0, files: [file], baseline: baseline) }
    try expectCancellation { hooks in
      _ = try CheckRun(models: models, options: options(), hooks: hooks).check()
    }
    try expectCancellation { hooks in
      _ = try NeighborRun(
        files: [file], search: NearestNeighbors(neighborCount: 3), hooks: hooks
      ).analysis()
    }
  }
}
