internal import Analysis
public import ArgumentParser
public import Entanglement
public import PairwiseDistances
import Platform

/// What to compute, and how.
struct ComputeOptions<Offer: OfferedQuantities>: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to compute, as a list of \(WordList<Offer>.names). 'curve' alone is one pass; a '+' "
        + "before the list adds it to the default (\(WordList<Offer>(Offer.standard))).",
      valueName: "list"),
    transform: WordList.parsedAddition)
  var compute: WordList<Offer>?

  @OptionGroup var loss: LossOptions

  /// What a run does with the files.
  func options(
    _ selection: SelectionOptions, keepsGoing: Bool = false
  ) throws(CommandError) -> AnalysisOptions {
    var options = try loss.options(selection, keepsGoing: keepsGoing)
    options.settings.quantities =
      compute.map { Set($0.words).union([.curve]) } ?? Offer.standard
    return options
  }
}

extension ComputeOptions {
  /// What a report does with the files.
  func options(
    _ selection: SelectionOptions, studies: StudyOptions, keepsGoing: Bool
  ) throws(CommandError) -> AnalysisOptions {
    var options = try options(selection, keepsGoing: keepsGoing)
    options.settings.sampleSizes = studies.sampleSizes.map {
      SampleSizes($0.sizes, seed: loss.seed)
    }
    options.settings.miniBatches = studies.miniBatches(seed: loss.seed)
    options.settings.anchors = studies.sampling
    options.schedule = studies.temperatureSchedule
    return options
  }

  /// Refuses an estimate of what only all samples tell.
  func requireEstimable(_ studies: StudyOptions) throws {
    guard studies.sampling != nil else { return }
    let asked = compute?.words ?? []
    let exact = asked.filter {
      [.classes, .samples, .permutations, .resamples].contains($0)
    }.map(\.rawValue)
    guard exact.isEmpty else {
      throw ValidationError(
        "--anchors and --within estimate the loss from some of the samples, which say nothing of "
          + "\(exact.joined(separator: ", ")). Leave these out of --compute.")
    }
    guard loss.precision == .single else {
      throw ValidationError(
        "--anchors and --within are for layers that are too large to be exact about; leave out "
          + "--precision double.")
    }
    guard loss.samples == nil else {
      throw ValidationError(
        "--samples makes another, smaller layer; --anchors and --within estimate the loss of the whole. "
          + "Give one of them.")
    }
  }
}

/// How the loss is computed, and with what of the machine.
struct LossOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The number of neighbors that layers are compared at: a count such as 30, or a share of all "
        + "others such as 5%.", valueName: "neighbors"))
  var atPerplexity: PerplexityTarget = .standard

  @Option(
    help: ArgumentHelp(
      "Temperatures in squared activation units: 0.1,1,10 or FROM:TO:COUNT.", valueName: "grid"))
  var temperatures: TemperatureGrid?

  @Option(
    help: ArgumentHelp(
      "Temperatures as shares of a layer's mean squared distance (default: 0.001:1000:49).",
      valueName: "grid"))
  var relativeTemperatures: TemperatureGrid?

  @Option(help: "squared-euclidean or cosine.")
  var distance: Distance = .squaredEuclidean

  @Option(help: "single (the loss to 1e-6), or double (to 1e-12, and many times as long).")
  var precision: LossSettings.Precision = .single

  @Option(help: "Under the cosine distance, refuse or skip rows of zeros.")
  var zeroRows: LossSettings.ZeroRows = .refuse

  @Option(
    help: ArgumentHelp("Draw this many samples, each class by its share.", valueName: "n"))
  var samples: Int?

  @Option(help: "The seed of drawn samples, shuffled labels and random weights.")
  var seed: UInt64 = 0

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if temperatures != nil && relativeTemperatures != nil {
      throw ValidationError(
        "Give either --temperatures or --relative-temperatures, not both.")
    }
    if let samples, samples < 2 {
      throw ValidationError("--samples must be 2 or more, not \(samples).")
    }
  }

  var sweep: TemperatureSweep {
    get throws(EntanglementError) {
      if let temperatures { return try TemperatureSweep(temperatures.values, scale: .absolute) }
      if let relativeTemperatures {
        return try TemperatureSweep(relativeTemperatures.values, scale: .meanDistance)
      }
      return .standard
    }
  }

  /// The settings of the loss that these options describe.
  var settings: LossSettings {
    get throws(CommandError) {
      do {
        return LossSettings(
          distance: distance, precision: precision, sweep: try sweep,
          perplexityTarget: atPerplexity, zeroRows: zeroRows, seed: seed)
      } catch {
        throw CommandError(error.description)
      }
    }
  }

  /// What a run does with the files.
  func options(
    _ selection: SelectionOptions, keepsGoing: Bool = false
  ) throws(CommandError) -> AnalysisOptions {
    AnalysisOptions(
      reading: selection.reading, settings: try settings, machine: machine.machine,
      sampleCount: samples, keepsGoing: keepsGoing)
  }
}

/// `0.1,1,10` or `FROM:TO:COUNT`, both ends included at equal ratios.
struct TemperatureGrid: ExpressibleByArgument {
  let values: [Double]

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3 {
      guard let first = Double(parts[0]), let last = Double(parts[1]), let count = Int(parts[2]),
        count >= 2, count <= 100_000,
        let sweep = try? TemperatureSweep.logarithmic(
          from: first, through: last, count: count, scale: .absolute)
      else { return nil }
      values = sweep.values
    } else {
      let list = argument.split(separator: ",", omittingEmptySubsequences: false).map {
        Double($0.trimmed)
      }
      let numbers = list.compactMap(\.self)
      guard numbers.count == list.count,
        let sweep = try? TemperatureSweep(numbers, scale: .absolute)
      else { return nil }
      values = sweep.values
    }
  }
}

extension PerplexityTarget: ExpressibleByArgument {
  /// `30` or `5%`.
  public init?(argument: String) {
    self.init(text: argument)
  }

  public var defaultValueDescription: String {
    switch self {
    case .count(let count): "\(count)"
    case .share(let share): "\(Int(share * 100)) %"
    }
  }
}

/// `512M`, `8G`, `1.5GiB` or a number of bytes; units of 1024.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let text = argument.uppercased()
    let number = text.prefix { $0.isNumber || $0 == "." }
    var unit = text.dropFirst(number.count)
    if unit.hasSuffix("IB") {
      unit = unit.dropLast(2)
    } else if unit.hasSuffix("B") {
      unit = unit.dropLast()
    }
    let exponents: [Substring: Int] = ["": 0, "K": 1, "M": 2, "G": 3, "T": 4]
    guard let value = Double(number), let exponent = exponents[unit] else { return nil }
    let size = value * Double(1 << (10 * exponent))
    guard size >= 1, size < 1e18 else { return nil }
    bytes = Int(size)
  }
}

extension Distance: ExpressibleByArgument {}
extension LossSettings.Precision: ExpressibleByArgument {}
extension LossSettings.ZeroRows: ExpressibleByArgument {}
extension InstructionSet: ExpressibleByArgument {}
