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

  func validate() throws {
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
