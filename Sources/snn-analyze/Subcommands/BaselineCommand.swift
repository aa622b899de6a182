import ActivationFiles
import ArgumentParser
import Entanglement
import PairwiseDistances
import RegressionChecks
import Reporting

/// Writes what later runs are held against.
struct BaselineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline",
    abstract: "Write or renew the baseline that 'check' holds later runs against.",
    discussion: """
      Keeps the minimum, its temperature, the loss and the soft-neighbor accuracy at the matched \
      perplexity of every layer of the last checkpoint, and what the rules name beyond. Commit both \
      files: the baseline, and the influences of single samples beside it (.samples).
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation") var compute: ComputeOptions

  @Option(
    name: [.customLong("output"), .customShort("o")],
    help: ArgumentHelp("The file to write.", valueName: "baseline"))
  var output = "baseline.json"

  @Option(help: ArgumentHelp("A file of rules, for what they name.", valueName: "file"))
  var rules: String?

  @Flag(help: "Renew a baseline that is there, and print what changed.")
  var update = false

  @Option(
    help: ArgumentHelp(
      "Where layers are put aside that are larger than --memory (default: beside what is written).",
      valueName: "folder"))
  var cache: String?

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print the library's own words on errors.")
  var verbose = false

  func validate() throws {
    if output.hasSuffix(".samples") {
      throw ValidationError("--output names the baseline, such as baseline.json.")
    }
    try input.selection.requireOneLabeling()
  }

  func run() throws {
    let file = BaselineFile(path: output)
    var previous: RunMeasurements?
    if file.exists {
      guard update else {
        throw CommandError("\(output): is there already. Renew it with --update.")
      }
      previous = try file.read()
    }
    let chosen =
      try rules.map { try RulesFile(path: $0, target: compute.atPerplexity).rules } ?? []
    let plan = try AnalysisPlan(
      files: input.files, reading: input.reading, compute: compute, keepGoing: false,
      verbose: verbose)
    let catalog = LayerCatalog(plan.collection)
    let assignment = RuleAssignment(
      chosen, observed: catalog, baseline: LayerCatalog([]))
    for index in assignment.unmatched where chosen[index].level != .off {
      throw CommandError(
        "\(rules ?? ""): the rule \"\(chosen[index].text)\" matches no layer of "
          + "\(input.files.joined(separator: ", ")).")
    }
    var extra: [Int: [String: [Measure]]] = [:]
    if let last = catalog.checkpoints.indices.last { extra[last] = [:] }
    for item in assignment.items {
      guard let checkpoint = item.observed else { continue }
      extra[checkpoint, default: [:]][item.layer, default: []].append(item.measure)
    }
    let standard: [Measure] = [
      .minimum, .perplexity(compute.atPerplexity), .temperature, .accuracy(compute.atPerplexity),
    ]
    let measured = try MeasurementRun(
      plan: plan, settings: compute.baselineSettings(input.selection),
      progress: Progress(isVisible: StandardError.isTerminal && !quiet),
      scratch: cache ?? file.folder
    ).run { checkpoint, layer in
      guard let layers = extra[checkpoint] else { return [] }
      return standard + (layers[layer] ?? []).filter { !standard.contains($0) }
    }
    let run = RunMeasurements(
      settings: measured.settings,
      checkpoints: measured.checkpoints.enumerated().filter { extra[$0.offset] != nil }
        .map(\.element))
    for failure in run.checkpoints.flatMap(\.layers).compactMap(\.failure) {
      throw CommandError(failure)
    }
    try file.write(run)
    guard !quiet else { return }
    var text = previous.map { BaselineChanges(from: $0, to: run).text } ?? ""
    for checkpoint in run.checkpoints {
      text +=
        "\(output): \(checkpoint.name), \(checkpoint.layers.count) layers of "
        + "\(checkpoint.samples.sampleCount) samples. Commit it with \(file.samplesPath).\n"
    }
    try StandardOutput.write(text)
  }
}

extension LayerCatalog {
  init(_ collection: ActivationCollection) {
    self.init(
      collection.checkpoints.map {
        .init(name: $0.name, step: $0.step, layers: $0.layers.map(\.name))
      })
  }
}

extension ComputeOptions {
  /// What a baseline and a check must have in common.
  func baselineSettings(_ selection: SelectionOptions) -> [String: String] {
    var settings = [
      "distance": distance.rawValue, "pool": selection.pool?.rawValue ?? "default",
      "samples": samples.map(String.init) ?? "default",
    ]
    if samples != nil { settings["seed"] = String(seed) }
    return settings
  }
}
