import Analysis
import ArgumentParser
import Platform

/// Gives a divided run to a scheduler.
struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract:
      "Print what gives a divided run to a scheduler: Slurm, Kubernetes or a loop of the shell.",
    discussion: """
      Prints a script and submits nothing, unless --now is given. Change it as you like: what counts \
      is that 'work' runs once for each shard, and 'merge' after them.

      snn-analyze submit run --engine slurm --option=--partition=long -o report | sh
      """)

  @Argument(help: ArgumentHelp("The folder of the plan.", valueName: "run"))
  var folder: String

  @Option(help: "slurm, kubernetes or shell.")
  var engine: Engine

  @Option(
    help: ArgumentHelp("Only these shards, such as 3,17-19 (default: all).", valueName: "list"))
  var array: ShardList?

  @Option(help: ArgumentHelp("Threads of each process.", valueName: "n"))
  var threads = 8

  @Option(
    name: .customLong("option"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A line for the scheduler, such as --partition=long; may be repeated.", valueName: "line"))
  var options: [String] = []

  @Option(
    name: [.customLong("output"), .customShort("o")],
    help: ArgumentHelp(
      "The folder of the report (default: report in the plan's folder).", valueName: "folder"))
  var output: String?

  @Option(help: ArgumentHelp("Kubernetes: an image that has snn-analyze.", valueName: "name"))
  var image: String?

  @Option(
    help: ArgumentHelp(
      "Kubernetes: the volume that holds the plan and the files, and where they see it.",
      valueName: "claim:path"))
  var volume: String?

  @Flag(help: "Submit it.")
  var now = false

  func validate() throws {
    try MachineOptions.requireThreads(threads)
    try output?.requireName()
    guard options.allSatisfy({ !$0.contains(where: \.isNewline) }) else {
      throw ValidationError("--option is a single line.")
    }
    guard engine == .kubernetes else {
      guard image == nil, volume == nil else {
        throw ValidationError("--image and --volume are for --engine kubernetes.")
      }
      return
    }
    guard image != nil, container != nil else {
      throw ValidationError(
        "Kubernetes needs --image NAME, which has snn-analyze, and --volume CLAIM:/PATH, which all "
          + "of its pods see.")
    }
  }

  private var container: (image: String, claim: String, mount: String)? {
    guard let image, let volume, let colon = volume.firstIndex(of: ":") else { return nil }
    let path = String(volume[volume.index(after: colon)...])
    guard colon != volume.startIndex, path.hasPrefix("/") else { return nil }
    return (image, String(volume[..<colon]), path)
  }

  func run() throws {
    let run = try UnitFolder(path: folder)
    let shardCount = run.plan.shardCount
    let shards = array ?? ShardList(0..<shardCount)
    if let beyond = shards.shards.last(where: { $0 >= shardCount }) {
      throw CommandError(
        "There is no shard \(beyond): the plan has \(shardCount), from 0 to \(shardCount - 1).",
        exitCode: 64)
    }
    let here = FileSystem.programPath ?? CommandLine.arguments[0]
    let script = JobScript(
      plan: run.plan, folder: folder.fromRoot,
      report: output?.fromRoot ?? folder.fromRoot + "/report",
      program: engine == .kubernetes ? "snn-analyze" : here.fromRoot, shards: shards,
      threadCount: threads, directives: options, container: container
    ).text(for: engine)
    guard now else { return try StandardOutput.write(script) }
    try submit(script)
  }

  private func submit(_ script: String) throws {
    let words = engine.submitter
    let process: ChildProcess
    do throws(ChildProcess.Failure) {
      process = try ChildProcess(words[0], Array(words.dropFirst()), input: script)
    } catch {
      throw CommandError("\(words[0]): cannot be run: \(error.reason).")
    }
    guard process.status == 0 else {
      throw CommandError(
        "\(engine.rawValue) did not take the run: \(words.joined(separator: " ")) ended with "
          + "\(process.status). Print the script without --now to see what it does.")
    }
  }
}

extension Engine: ExpressibleByArgument {}

extension ShardList: ExpressibleByArgument {
  /// `3,17-19`.
  public init?(argument: String) { self.init(text: argument) }
}
