public import ActivationFiles
public import Entanglement
public import PairwiseDistances

/// What to read of the files, what to compute of it, and with what of the machine: everything that
/// decides a run but the files themselves.
///
///     var options = AnalysisOptions()
///     options.reading.labels = ["/labels", "/domain"]
///     options.settings.distance = .cosine
public struct AnalysisOptions: Sendable {
  /// Which layers, checkpoints and labels; its threads and memory are those of `machine`.
  public var reading: ReadingOptions
  /// What is computed of each layer.
  public var settings: LossSettings
  /// What may be taken of the machine.
  public var machine: Machine
  /// How many samples are drawn, each class by its share, with the seed of the settings; nil for all.
  public var sampleCount: Int?
  /// The temperature that each layer has beside the sweep; nil for none.
  public var schedule: ScheduledTemperatures?
  /// Whether the other layers are computed when one fails.
  public var keepsGoing: Bool
  /// Whether results say which samples their rows are, for runs that must have the same.
  package var keepsIdentity = false

  /// Everything there is, by the usual names, as the command does it.
  public init(
    reading: ReadingOptions = ReadingOptions(), settings: LossSettings = LossSettings(),
    machine: Machine = .whole, sampleCount: Int? = nil, schedule: ScheduledTemperatures? = nil,
    keepsGoing: Bool = false
  ) {
    self.reading = reading
    self.settings = settings
    self.machine = machine
    self.sampleCount = sampleCount
    self.schedule = schedule
    self.keepsGoing = keepsGoing
  }
}

extension ReadingOptions {
  /// With the threads and the memory of a machine.
  func on(_ machine: Machine) -> ReadingOptions {
    var options = self
    options.threadCount = machine.threadCount
    options.memoryLimit = machine.memoryLimit
    return options
  }
}
