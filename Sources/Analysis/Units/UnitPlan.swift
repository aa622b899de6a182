package import ActivationFiles
internal import Activations
package import Entanglement
package import PairwiseDistances
internal import Platform

/// How a run is divided into units, one a layer of a checkpoint, and these into shards, each for a
/// process of its own: the document `plan.json`. It pins whatever a result depends on, so that the
/// report that is merged from the units has the bytes of the report of one machine.
package struct UnitPlan: Sendable, Equatable, Codable {
  /// A layer of a checkpoint.
  package struct Unit: Sendable, Equatable, Codable {
    package let checkpoint: String
    package let layer: String
    /// Which process computes it, from 0.
    package let shard: Int
    /// What it takes, by the forecast.
    package let milliseconds: Int
    /// What it may take of memory, in bytes. It decides whether there is room for tables by class.
    package let memory: Int
    /// What is measured for a gate; nil where the layer is computed for a report.
    package let measures: [Measure]?
  }

  static let schema = "snn-analyze/plan/1"

  let schema: String
  /// Of the program that made it.
  let version: String
  /// The program's fingerprint.
  let build: String
  /// The words of the command line that say what is read and computed.
  package let arguments: [String]
  /// Where relative paths among them start.
  package let directory: String
  package let instructionSet: String
  /// Bytes, of the whole run.
  package let memory: Int
  package let shardCount: Int
  package let files: [FileState]
  /// Which samples are analysed: fingerprints by checkpoint and labeling; empty where the labels make no
  /// sense.
  let samples: [[String]]
  /// In the order of the report; behind them those of a gate, in the same order.
  package let units: [Unit]
  /// The fingerprint of all else.
  private(set) var digest: String

  package init(
    arguments: [String], directory: String, machine: Machine, shardCount: Int, files: [FileState],
    samples: [[String]], units: [Unit]
  ) {
    schema = Self.schema
    version = Version.current
    build = Version.build
    self.arguments = arguments
    self.directory = directory
    instructionSet = machine.instructionSet.rawValue
    memory = machine.memoryLimit
    self.shardCount = shardCount
    self.files = files
    self.samples = samples
    self.units = units
    digest = ""
    digest = fingerprint
  }

  private var fingerprint: String {
    var plan = self
    plan.digest = ""
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var digest = ContentDigest()
    // Texts and whole numbers: there is nothing that cannot be encoded.
    if let data = try? encoder.encode(plan) { data.withUnsafeBytes { digest.add($0) } }
    return "\(digest)"
  }

  /// The units of a report, or those of a gate.
  func units(ofGate: Bool) -> [Int] {
    units.indices.filter { (units[$0].measures != nil) == ofGate }
  }

  /// What decides a unit's result.
  func key(of unit: Int) -> String { "\(digest)/\(unit)" }

  /// The units of a shard, the longest first.
  func units(of shard: Int) -> [Int] {
    units.indices.filter { units[$0].shard == shard }
      .sorted { (units[$1].milliseconds, $0) < (units[$0].milliseconds, $1) }
  }

  /// Seconds of all units, on the machine of the forecast.
  package var seconds: Double { Double(units.map(\.milliseconds).reduce(0, +)) / 1000 }

  /// Seconds of the shard that takes longest.
  package var longestShard: Double {
    var sums = Array(repeating: 0, count: shardCount)
    for unit in units { sums[unit.shard] += unit.milliseconds }
    return Double(sums.max() ?? 0) / 1000
  }

  /// The shard of each unit: the longest first, each to the shard with least to do.
  package static func shards(of milliseconds: [Int], count: Int) -> [Int] {
    var sums = Array(repeating: 0, count: count)
    var members = sums
    var shards = milliseconds.map { _ in 0 }
    for unit in milliseconds.indices.sorted(by: {
      (milliseconds[$1], $0) < (milliseconds[$0], $1)
    }) {
      let least =
        (0..<count).min { (sums[$0], members[$0], $0) < (sums[$1], members[$1], $1) } ?? 0
      shards[unit] = least
      sums[least] += milliseconds[unit]
      members[least] += 1
    }
    return shards
  }
}

extension UnitPlan {
  /// Why data are no plan for this program.
  enum Refusal: Error, Equatable {
    case damaged
    case otherSchema(String)
    case otherVersion(String)
    case otherBuild
  }

  private struct Head: Decodable {
    let schema: String
    let version: String
  }

  /// The same bytes for the same plan.
  var encoded: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      return try encoder.encode(self) + Data("\n".utf8)
    }
  }

  init(decoding data: Data) throws(Refusal) {
    guard let head = try? JSONDecoder().decode(Head.self, from: data) else { throw .damaged }
    guard head.schema == Self.schema else { throw .otherSchema(head.schema) }
    guard head.version == Version.current else { throw .otherVersion(head.version) }
    guard let plan = try? JSONDecoder().decode(UnitPlan.self, from: data),
      plan.digest == plan.fingerprint, plan.shardCount > 0,
      plan.units.allSatisfy({ (0..<plan.shardCount).contains($0.shard) && $0.memory > 0 })
    else { throw .damaged }
    guard plan.build == Version.build else { throw .otherBuild }
    self = plan
  }
}
