public import Analysis
public import ArgumentParser
import Entanglement

/// What a report computes beside the loss of each layer, each only where it is asked for.
struct StudyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The loss of stratified sub-samples: FROM:TO, twice as many each time, or a list 100,1000.",
      valueName: "sizes"))
  var sampleSizes: SampleSizeList?

  @Option(
    help: ArgumentHelp(
      "The mean loss within random batches of so many samples, as a training logs it.",
      valueName: "n"))
  var batchSize: Int?

  @Option(help: ArgumentHelp("How many batches (default: 50).", valueName: "n"))
  var batches: Int?

  @Option(
    help: ArgumentHelp(
      "The loss at the temperature of each checkpoint: ETA:GAMMA for T = 1/(ETA + step)^GAMMA, or "
        + "the name that the files log it under.", valueName: "schedule"))
  var temperatureSchedule: ScheduledTemperatures?

  @Option(
    help: ArgumentHelp(
      "Estimate the loss from this many samples as anchors (2000), or this share of them (1%), with "
        + "all samples as their neighbors.", valueName: "n"))
  var anchors: AnchorOption?

  @Option(
    help: ArgumentHelp(
      "Estimate it from as many anchors as bring the loss at the matched perplexity to within this "
        + "share of itself (1%).", valueName: "share"))
  var within: ShareOption?

  /// What the loss is estimated from; nil for all samples.
  var sampling: AnchorSampling? { within.map { .within($0.share) } ?? anchors?.sampling }

  func validate() throws {
    if anchors != nil && within != nil {
      throw ValidationError("Give either --anchors or --within, not both.")
    }
    if sampling != nil && (sampleSizes != nil || batchSize != nil) {
      throw ValidationError(
        "--anchors and --within estimate the loss of all samples; --sample-sizes and --batch-size look "
          + "at parts of them. Ask for these in a run of their own.")
    }
    if let batchSize, batchSize < 2 {
      throw ValidationError("--batch-size must be 2 or more, not \(batchSize).")
    }
    if let batches, batches < 2 {
      throw ValidationError(
        "--batches must be 2 or more, not \(batches): one says nothing of the others.")
    }
    if let batches, batches > Self.mostBatches {
      throw ValidationError(
        "--batches must be \(Self.mostBatches) or fewer, not \(batches): more add nothing to the mean."
      )
    }
    if batches != nil, batchSize == nil {
      throw ValidationError("--batches needs --batch-size, the samples of a batch.")
    }
  }

  static let usualBatchCount = 50
  private static let mostBatches = 1_000_000

  /// What a seed draws.
  func miniBatches(seed: UInt64) -> MiniBatches? {
    batchSize.map { MiniBatches(size: $0, count: batches ?? Self.usualBatchCount, seed: seed) }
  }
}

/// `2000`, or `1%`.
struct AnchorOption: ExpressibleByArgument {
  let sampling: AnchorSampling

  init?(argument: String) {
    if let share = ShareOption(argument: argument) {
      sampling = .share(share.share)
    } else {
      guard let count = Int(argument), count > 1 else { return nil }
      sampling = .count(count)
    }
  }
}

/// `1%`.
struct ShareOption: ExpressibleByArgument {
  let share: Double

  init?(argument: String) {
    guard argument.hasSuffix("%"), let percent = Double(argument.dropLast()), percent > 0,
      percent <= 100
    else { return nil }
    share = percent / 100
  }
}

/// `128:8192`, twice as many each time, or `100,1000`.
struct SampleSizeList: ExpressibleByArgument {
  let sizes: [Int]

  init?(argument: String) {
    let ends = argument.split(separator: ":", omittingEmptySubsequences: false)
    let isRange = ends.count == 2
    let parts = isRange ? ends : argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, numbers.allSatisfy({ $0 > 1 }) else { return nil }
    guard isRange else {
      sizes = numbers
      return
    }
    guard numbers[0] <= numbers[1] else { return nil }
    sizes = SampleSizes.doubling(from: numbers[0], through: numbers[1])
  }
}

extension ScheduledTemperatures: ExpressibleByArgument {
  /// `1:0.55`, or a name.
  public init?(argument: String) {
    guard argument.contains(":") else {
      guard !argument.isEmpty, Double(argument) == nil else { return nil }
      self = .logged(argument)
      return
    }
    let numbers = argument.split(separator: ":", omittingEmptySubsequences: false)
      .map { Double($0) }
    guard numbers.count == 2, let offset = numbers[0], let exponent = numbers[1],
      let schedule = TemperatureSchedule(offset: offset, exponent: exponent)
    else { return nil }
    self = .annealed(schedule)
  }
}
