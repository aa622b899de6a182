import Analysis
import ArgumentParser
import Platform
import RegressionChecks
import Reporting

/// Writes what later runs are held against.
struct BaselineCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "baseline",
    abstract: "Write or renew the baseline that 'check' holds later runs against.",
    discussion: """
      Keeps the minimum, its temperature, the loss and the soft-neighbor accuracy at the matched \
      perplexity of every layer of the last checkpoint, and what the rules name beyond. Commit both \
      files: the baseline, and the influences of single samples beside it (.samples).

      'baseline seed*.h5 --each-file run' keeps the mean over trainings that differ in their seed, and \
      how far they differ: from three on 'check' knows what another seed does to each number. Without \
      it a model that is trained anew may alarm though nothing changed but its seed.

      Of several models, vision=a.h5 text=b.h5, a folder of NAME.json is written.

      Finished layers are not kept, so there is no --cache: the space for layers larger than --memory \
      is --scratch.
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation") var compute: LossOptions

  @Option(
    name: [.customLong("output"), .customShort("o")],
    help: ArgumentHelp(
      "The file to write (default: baseline.json); of models given as NAME=FILE the folder of "
        + "NAME.json (default: baselines).",
      valueName: "baseline"))
  var output: String?

  @Option(help: ArgumentHelp("A file of rules, for what they name.", valueName: "file"))
  var rules: String?

  @Flag(help: "Renew a baseline that is there, and print what changed.")
  var update = false

  @OptionGroup var units: UnitsOption
  @OptionGroup var space: ScratchOptions
  @OptionGroup var terminal: TerminalOptions

  var verbose: Bool { terminal.verbose }

  func validate() throws {
    if output?.hasSuffix(".samples") == true {
      throw ValidationError("--output names the baseline, such as baseline.json.")
    }
    try input.selection.requireOneLabeling()
    try units.requireNoOther(than: ["output", "rules", "update"])
  }

  var models: [CheckedModel] {
    get throws { try ModelArguments(input.files).outputs(output) }
  }

  func run() throws {
    let models = try models
    var previous: [RunMeasurements?] = []
    for model in models {
      let file = BaselineFile(path: model.baseline)
      guard file.exists else {
        previous.append(nil)
        continue
      }
      guard update else {
        throw CommandError("\(model.baseline): is there already. Renew it with --update.")
      }
      previous.append(try file.read())
    }
    for (model, old) in zip(models, previous) { try write(model, renewing: old) }
  }

  private func write(_ model: CheckedModel, renewing previous: RunMeasurements?) throws {
    let file = BaselineFile(path: model.baseline)
    if model.name != nil {
      // Where this fails, writing says why.
      try? FileManager.default.createDirectory(
        atPath: file.folder, withIntermediateDirectories: true)
    }
    let chosen =
      try rules.map { try RulesFile(path: $0, target: compute.atPerplexity).rules } ?? []
    var measuring =
      units.isGiven
      ? BaselineRun(
        try UnitRun(here: model.files, hooks: terminal.hooks), rules: chosen,
        rulesName: rules ?? "", hooks: terminal.hooks)
      : BaselineRun(
        files: model.files, rules: chosen, rulesName: rules ?? "",
        options: try compute.options(input.selection), scratch: space.scratch ?? file.folder,
        hooks: terminal.hooks)
    measuring.name = model.name
    let run = try measuring.measurements()
    try file.write(run)
    guard !terminal.quiet else { return }
    var text = previous.map { BaselineChanges(from: $0, to: run).text } ?? ""
    for checkpoint in run.checkpoints {
      text +=
        "\(model.baseline): \(checkpoint.name), \(checkpoint.layers.count) layers of "
        + "\(checkpoint.samples.sampleCount) samples"
        + (run.runs.isEmpty ? "" : ", the mean over \(run.runCount) runs")
        + ". Commit it with \(file.samplesPath).\n"
    }
    if run.runCount == 2 {
      text += "How far trainings differ is known from three runs on; there are two.\n"
    }
    try StandardOutput.write(text)
  }
}
