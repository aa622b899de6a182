internal import ActivationFiles
internal import Platform

/// The folder of a divided run, which all of its processes see: `plan.json`, and in `units` a file for
/// each unit that is done.
package struct UnitFolder: Sendable {
  package let path: String
  package let plan: UnitPlan

  static let planName = "plan.json"
  private static let unitsName = "units"

  private init(path: String, plan: UnitPlan) {
    self.path = path
    self.plan = plan
  }

  /// Makes the folder of a plan.
  /// - Throws: Where there is one, or it cannot be made.
  package static func make(_ path: String, of plan: UnitPlan) throws(AnalysisError) -> UnitFolder {
    let folder = UnitFolder(path: path, plan: plan)
    guard !FileManager.default.fileExists(atPath: path + "/" + planName) else {
      throw AnalysisError(
        "\(path): holds a plan already. Go on with it (snn-analyze plan --status \(path)), take the "
          + "folder away, or choose another one with --output.")
    }
    do {
      try FileManager.default.createDirectory(
        atPath: path + "/" + unitsName, withIntermediateDirectories: true)
    } catch {
      throw AnalysisError(
        "\(path): cannot be made: \(error.systemReason). Choose another folder with --output."
      )
    }
    guard let data = try? plan.encoded,
      case let reason = WholeFile.write(
        data, to: path + "/" + planName, stagedIn: path, isDurable: true)
    else { throw AnalysisError("\(path): the plan cannot be encoded.") }
    if let reason {
      throw AnalysisError(
        "\(path)/\(planName): cannot be written: \(reason). Choose another folder with --output.")
    }
    return folder
  }

  /// Opens the folder of a plan of this program.
  package init(path: String) throws(AnalysisError) {
    let place = path + "/" + Self.planName
    guard let data = try BoundedFile.contents(of: place, upTo: BoundedFile.documentLimit) else {
      throw AnalysisError(
        "\(path): is no folder of a plan: \(place) cannot be read. Make one with snn-analyze plan "
          + "FILES... --shards N --output \(path)")
    }
    do throws(UnitPlan.Refusal) {
      self.init(path: path, plan: try UnitPlan(decoding: data))
    } catch {
      throw Self.sentence(on: error, place)
    }
  }

  private static func sentence(on refusal: UnitPlan.Refusal, _ place: String) -> AnalysisError {
    switch refusal {
    case .damaged:
      AnalysisError(
        "\(place): is damaged or was edited. Plan again into another folder; a plan is not to be "
          + "changed by hand.", cause: .damagedUnit)
    case .otherSchema(let schema):
      AnalysisError(
        "\(place): has the schema \(schema), not \(UnitPlan.schema). Use the version of snn-analyze "
          + "that made the plan, or plan again.", cause: .differs)
    case .otherVersion(let version):
      AnalysisError(
        "\(place): the plan is of snn-analyze \(version), and this is \(Version.current). Use one "
          + "version for all of a run: that one, or plan again.", cause: .differs)
    case .otherBuild:
      AnalysisError(
        "\(place): the plan is of another build of snn-analyze \(Version.current), whose results may "
          + "differ in their last digits. Use one program for all of a run, or plan again.",
        cause: .differs)
    }
  }

  /// What there is of a unit.
  package enum State: Sendable {
    case missing
    /// Computed for each labeling, or known to be beyond computing.
    case valid(isFailed: Bool)
    case damaged
    /// The file of another plan, or of another version.
    case foreign
  }

  package func state(of unit: Int) -> State {
    do throws(Refusal) {
      let stored = try self.stored(unit)
      return .valid(isFailed: !stored.failures.isEmpty)
    } catch {
      return switch error {
      case .missing: .missing
      case .damaged: .damaged
      case .foreign: .foreign
      }
    }
  }

  enum Refusal: Error {
    case missing, damaged, foreign
  }

  func stored(_ unit: Int) throws(Refusal) -> StoredLayer {
    guard let data = FileManager.default.contents(atPath: place(of: unit)) else { throw .missing }
    let stored: StoredLayer
    do throws(StoredLayer.Refusal) {
      stored = try StoredLayer(decoding: data)
    } catch {
      if case .otherSchema = error { throw .foreign }
      throw .damaged
    }
    guard stored.key == plan.key(of: unit) else { throw .foreign }
    return stored
  }

  /// `run/units/0003.json`.
  func place(of unit: Int) -> String {
    let number = String(unit)
    let zeros = String(repeating: "0", count: max(0, 4 - number.count))
    return "\(path)/\(Self.unitsName)/\(zeros)\(number).json"
  }

  /// `layer1 of epoch_0 (run/units/0003.json)`.
  func name(of unit: Int) -> String {
    let what = plan.units[unit].measures == nil ? "" : "the gate's "
    return what + "\(plan.units[unit].layer) of \(plan.units[unit].checkpoint) (\(place(of: unit)))"
  }

  /// Puts a unit in its place. Of two processes that compute it the first one has written it.
  /// - Parameter isAnew: Whether it takes the place of one that is there.
  func keep(
    _ layer: StoredLayer, as unit: Int, isAnew: Bool, stagedIn staging: String
  ) throws(AnalysisError) {
    guard let data = try? layer.encoded() else {
      throw AnalysisError(
        "\(name(of: unit)): a number of the result is NaN or infinite, which no report shows.")
    }
    let place = place(of: unit)
    if !isAnew, let other = try? stored(unit) {
      guard other == layer else {
        throw AnalysisError(
          "\(name(of: unit)): another process wrote this unit meanwhile and came to other numbers. "
            + "Both stand on the same plan, so the files changed or a machine is at fault. Delete the "
            + "unit and compute it again.", cause: .differs)
      }
      return
    }
    if let reason = WholeFile.write(data, to: place, stagedIn: staging, isDurable: true) {
      throw AnalysisError(
        "\(place): cannot be written: \(reason). Units that are finished are kept. Make room, or "
          + "move \(path) to a disk with more and go on there with snn-analyze work.",
        cause: .passing)
    }
    guard FileManager.default.contents(atPath: place) == data else {
      throw AnalysisError(
        "\(place): does not read back as it was written. The folder is shared by something that "
          + "does not rename files as a whole: put \(path) on another file system.",
        cause: .passing)
    }
  }

  /// Takes away what processes left that were killed, once every unit is there: who works yet finds
  /// its unit done.
  func removeLeftovers() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name.hasPrefix(Self.stagingPrefix) {
      OutputFolder.removeStaging(path + "/" + name)
    }
  }

  private static let stagingPrefix = ".work-"

  /// A folder for files that are not in place yet, one a process.
  func makeStaging() throws(AnalysisError) -> String {
    let staging =
      path + "/" + Self.stagingPrefix + String(UInt64.random(in: .min ... .max), radix: 36)
    guard mkdir(staging, 0o700) == 0 else {
      throw AnalysisError("\(path): cannot write there: \(systemError()).", cause: .passing)
    }
    return staging
  }
}

extension UnitFolder {
  /// What keeps the units from being merged, the worst first; nil where nothing does.
  package func problem(
    missing: [Int] = [], damaged: [Int] = [], foreign: [Int] = []
  ) -> AnalysisError? {
    if !foreign.isEmpty {
      return AnalysisError(
        "\(path): \(counted(foreign)) of another plan or version: \(names(of: foreign)). Delete "
          + "\(foreign.count == 1 ? "it" : "them"), or plan into a folder of its own.",
        cause: .differs)
    }
    if !damaged.isEmpty {
      return AnalysisError(
        "\(path): \(counted(damaged)) damaged: \(names(of: damaged)). \(mending(damaged + missing))",
        cause: .damagedUnit)
    }
    guard !missing.isEmpty else { return nil }
    return AnalysisError(
      "\(path): \(counted(missing, of: plan.units.count)) missing: \(names(of: missing)). "
        + mending(missing), cause: .missingUnits)
  }

  /// `2 of 60 units are`.
  private func counted(_ units: [Int], of all: Int? = nil) -> String {
    let share = all.map { " of \($0)" } ?? ""
    return "\(units.count)\(share) unit\((all ?? units.count) == 1 ? "" : "s") "
      + (units.count == 1 ? "is" : "are")
  }

  private func names(of units: [Int]) -> String {
    let shown = units.prefix(3).map(name).joined(separator: ", ")
    return units.count > 3 ? "\(shown) and \(units.count - 3) more" : shown
  }

  /// The lines that compute some units.
  private func mending(_ units: [Int]) -> String {
    let shards = ShardList(units.map { plan.units[$0].shard })
    let one = shards.shards.count == 1
    return "Compute \(units.count == 1 ? "it" : "them") with snn-analyze work \(path) --shard "
      + (one ? "\(shards)" : "I for each I of \(shards)")
      + "; under Slurm: snn-analyze submit \(path) --engine slurm --array=\(shards) --now"
  }
}

extension StoredLayer.Outcome {
  var isFailed: Bool {
    if case .failed = self { true } else { false }
  }
}
