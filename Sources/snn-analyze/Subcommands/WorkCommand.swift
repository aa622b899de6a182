import Analysis
import ArgumentParser

/// Computes one shard of a divided run.
struct WorkCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "work",
    abstract: "Compute one shard of a divided run, as 'plan' made it.",
    discussion: """
      Units that are done are not computed again, so that a shard that was interrupted, in whatever \
      way, goes on where it was; two processes at one shard do no harm.

      Exit status: 0 every unit of the shard is done, a unit whose layer cannot be computed (NaN in \
      its values) included: it is kept as failed, and 'merge' reports it. 2 a unit could not be \
      computed here and now; 4 options or files are not those of the plan, or the machine lacks what \
      it pins; 64 wrong usage; 130, 143 interrupted.
      """)

  @Argument(help: ArgumentHelp("The folder of the plan.", valueName: "run"))
  var folder: String

  @Option(help: ArgumentHelp("Which shard, from 0.", valueName: "i"))
  var shard: Int

  @Option(help: ArgumentHelp("Threads to use (default: all cores).", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Where layers are put aside that are larger than the plan's memory (default: the plan's "
        + "folder). Nothing is left there.", valueName: "folder"))
  var scratch: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Give up, before anything is read, all rights that the run does not need (Linux).")
  var isolate = true

  @Flag(help: "Compute units again that failed for good.")
  var retryFailed = false

  @OptionGroup var terminal: TerminalOptions

  var verbose: Bool { terminal.verbose }

  func validate() throws { try MachineOptions.requireThreads(threads) }

  func run() throws {
    let path = folder.fromRoot
    let scratch = scratch?.fromRoot ?? path
    let work = try UnitRun(at: path, threads: threads, hooks: terminal.hooks).work(
      shard: shard, retriesFailed: retryFailed, scratch: scratch, protect: Interruption.protect)
    for failure in work.failures { StandardError.write("Kept as failed: \(failure.visible)\n") }
    guard !terminal.quiet else { return }
    let kept = work.keptCount > 0 ? ", \(work.keptCount) of them before" : ""
    try StandardOutput.write(
      "Shard \(shard): \(work.unitCount) units are done\(kept).\n")
  }
}
