internal import ActivationFiles
public import Entanglement

/// Where the temperature comes from that a layer has beside the sweep.
public enum ScheduledTemperatures: Sendable, Equatable {
  /// From the checkpoint's step.
  case annealed(TemperatureSchedule)
  /// From the files, which log it under this name.
  case logged(String)
}

extension ActivationCollection {
  /// The temperature of each layer of a checkpoint; nil for a layer that none is logged for where
  /// others have one.
  func temperatures(
    of checkpoint: CheckpointEntry, by schedule: ScheduledTemperatures
  ) throws(AnalysisError) -> [Double?] {
    switch schedule {
    case .annealed(let schedule):
      guard let step = checkpoint.step, step >= 0 else {
        throw AnalysisError(
          "\(checkpoint.file): the checkpoint \(checkpoint.name) has no step to anneal the "
            + "temperature by. Say where its name holds one with --checkpoint-pattern, or give the "
            + "name of a logged temperature to --temperature-schedule.")
      }
      return checkpoint.layers.map { _ in schedule.temperature(atStep: step) }
    case .logged(let name):
      var temperatures: [Double?] = []
      for layer in checkpoint.layers {
        do throws(ActivationFileError) {
          temperatures.append(try number(name, of: layer))
        } catch {
          throw AnalysisError(error)
        }
        if let value = temperatures.last ?? nil, !(value > 0 && value.isFinite) {
          throw AnalysisError(
            "\(layer.file): \(layer.path) (checkpoint \(checkpoint.name)) has \(name) = \(value), and "
              + "a temperature is a positive, finite number. Log T itself, in the units of the "
              + "distance.")
        }
      }
      guard temperatures.contains(where: { $0 != nil }) else {
        let layer = checkpoint.layers.first?.name ?? "LAYER"
        throw AnalysisError(
          "\(checkpoint.file): the checkpoint \(checkpoint.name) has no temperature called \(name) or "
            + "\(name)_\(layer). Record it as an attribute, or a single number, of the checkpoint's "
            + "group or of the file, or give --temperature-schedule ETA:GAMMA.")
      }
      return temperatures
    }
  }
}
