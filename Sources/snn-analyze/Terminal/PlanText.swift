import Activations
import Analysis
import PairwiseDistances

/// What a plan came to, for a person.
struct PlanText {
  private let folder: UnitFolder

  init(_ folder: UnitFolder) {
    self.folder = folder
  }

  var text: String {
    let plan = folder.plan
    let path = folder.path.visible
    var lines = [
      "\(path): \(plan.units.count) units in \(plan.shardCount) shards, 0 to \(plan.shardCount - 1)."
    ]
    lines.append(
      "On machines like this one about \(Self.time(plan.seconds)) in all, and "
        + "\(Self.time(plan.longestShard)) the longest shard.")
    if plan.units.count < plan.shardCount {
      lines.append(
        "\(plan.shardCount - plan.units.count) shards have nothing to do: there are no more layers."
      )
    }
    lines.append("Compute each:  snn-analyze work \(path) --shard I")
    lines.append("Then:          snn-analyze merge \(path) -o report")
    return lines.map { $0 + "\n" }.joined()
  }

  static func time(_ seconds: Double) -> String {
    switch seconds {
    case ..<100: "\(Int(seconds.rounded(.up))) s"
    case ..<6000: "\(Int((seconds / 60).rounded())) min"
    default: "\((seconds / 360).rounded() / 10) h"
    }
  }
}

/// How far a divided run is.
struct StatusText {
  let text: String
  /// What keeps it from being merged; nil where nothing does.
  let problem: AnalysisError?

  init(_ folder: UnitFolder) {
    let plan = folder.plan
    var done = 0.0
    var counts = (done: 0, failed: 0)
    var open: [Int: [Int]] = [:]
    var damaged: [Int] = []
    var foreign: [Int] = []
    for (index, unit) in plan.units.enumerated() {
      switch folder.state(of: index) {
      case .valid(let isFailed):
        counts.done += 1
        counts.failed += isFailed ? 1 : 0
        done += Double(unit.milliseconds)
      case .missing: open[unit.shard, default: []].append(index)
      case .damaged:
        damaged.append(index)
        open[unit.shard, default: []].append(index)
      case .foreign: foreign.append(index)
      }
    }
    let share = Int(done / max(plan.seconds * 1000, 1) * 100)
    var lines = [
      "\(folder.path.visible): \(counts.done) of \(plan.units.count) units are done, about \(share) % "
        + "of the time."
    ]
    if counts.failed > 0 {
      lines.append("\(counts.failed) of them failed for good, and the report will say why.")
    }
    if !damaged.isEmpty { lines.append("\(damaged.count) units are damaged.") }
    if !foreign.isEmpty { lines.append("\(foreign.count) units are of another plan.") }
    if !open.isEmpty { lines.append("Shards with work left: \(ShardList(open.keys)).") }
    text = lines.map { $0 + "\n" }.joined()
    problem = folder.problem(
      missing: open.values.flatMap(\.self).filter { !damaged.contains($0) }.sorted(),
      damaged: damaged, foreign: foreign)
  }
}
