import Analysis
import ArgumentParser
import Entanglement
import Platform
import RegressionChecks

/// Divides a run among processes, on one machine or on many.
struct PlanCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Divide a run over many layers among processes, on one machine or on many.",
    discussion: """
      snn-analyze plan runs/*.h5 --shards 64 -o run
      snn-analyze work run --shard I        for each I from 0 to 63, anywhere, in any order
      snn-analyze merge run -o report

      The unit is a layer of a checkpoint. The plan pins the options, the files by size and time, the \
      instruction set and the memory, so that the merged report has the bytes of a run on one machine. \
      All processes see the folder and the files; each unit is a file that is there when it is whole. \
      Take a few times as many shards as nodes: what a layer takes depends on its values too.

      snn-analyze plan --status run says how far it is. With --gate, 'baseline' and 'check' take the \
      folder with --units; 'compare' takes any.
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation") var compute: ComputeOptions<ReportedQuantities>
  @OptionGroup(title: "Studies") var studies: StudyOptions

  @Option(help: ArgumentHelp("How many processes share the work.", valueName: "n"))
  var shards: Int?

  @Option(
    name: [.customLong("output"), .customShort("o")],
    help: ArgumentHelp("The folder of the plan and its units.", valueName: "folder"))
  var output: String?

  @Flag(help: "Report the other layers when one fails: leave what cannot be read to the report.")
  var keepGoing = false

  @Flag(
    help: ArgumentHelp(
      "Measure also what 'baseline' and 'check' need of the last checkpoint, for their --units."))
  var gate = false

  @Option(
    help: ArgumentHelp(
      "A file of rules, for what they name beyond; implies --gate.", valueName: "file"))
  var rules: String?

  @Flag(help: "Divide also what one machine does within a minute.")
  var evenIfSmall = false

  @Flag(help: "Say how far the run in the given folder is.")
  var status = false

  @OptionGroup var terminal: TerminalOptions

  var verbose: Bool { terminal.verbose }

  func validate() throws {
    try compute.requireEstimable(studies)
    if status {
      guard input.files.count == 1 else {
        throw ValidationError("--status takes the folder of one plan.")
      }
      return
    }
    guard let shards else {
      throw ValidationError("Say with --shards how many processes share the work.")
    }
    guard (1...Self.mostShards).contains(shards) else {
      throw ValidationError("--shards must be from 1 to \(Self.mostShards), not \(shards).")
    }
    guard let output else { throw ValidationError("Name the plan's folder with --output.") }
    try output.requireName()
    try input.selection.requireDistinctLabelings()
  }

  private static let mostShards = 1_000_000

  func run() throws {
    guard !status else { return try showStatus() }
    let plan = try AnalysisPlan(files: input.files, options: try options)
    if !terminal.quiet { for note in plan.notes { StandardError.write("Note: \(note)\n") } }
    let units = try UnitRun.plan(
      plan, shardCount: shards ?? 1, arguments: Self.words, gate: try gateMeasures(plan),
      isForced: evenIfSmall,
      hooks: terminal.hooks)
    let folder = try UnitFolder.make(output ?? "", of: units)
    if !terminal.quiet { try StandardOutput.write(PlanText(folder).text) }
  }

  private func gateMeasures(_ plan: AnalysisPlan) throws -> [Int: [String: [Measure]]] {
    guard gate || rules != nil else { return [:] }
    try plan.requireOneLabeling()
    let chosen =
      try rules.map { try RulesFile(path: $0, target: compute.loss.atPerplexity).rules } ?? []
    return try plan.gateMeasures(chosen, called: rules ?? "")
  }

  var options: AnalysisOptions {
    get throws { try compute.options(input.selection, studies: studies, keepsGoing: keepGoing) }
  }

  /// Those after the name of the subcommand.
  private static var words: [String] { Array(CommandLine.arguments.dropFirst(2)) }

  private func showStatus() throws {
    let text = StatusText(try UnitFolder(path: input.files[0]))
    try StandardOutput.write(text.text)
    if let problem = text.problem { throw CommandError(problem, isVerbose: verbose) }
  }
}
