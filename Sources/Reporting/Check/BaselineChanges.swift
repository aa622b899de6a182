internal import Entanglement
package import RegressionChecks

/// What is other in a renewed baseline.
package struct BaselineChanges: Sendable {
  private let lines: [String]

  package init(from old: RunMeasurements, to new: RunMeasurements) {
    var lines: [String] = []
    for name in Set(old.settings.keys).union(new.settings.keys).sorted()
    where old.settings[name] != new.settings[name] {
      lines.append(
        "\(name): \(old.settings[name] ?? "default") → \(new.settings[name] ?? "default")")
    }
    if old.runs != new.runs {
      func text(_ run: RunMeasurements) -> String {
        run.runs.isEmpty
          ? "one training"
          : "\(run.runCount) (\(run.runs.prefix(5).joined(separator: ", "))"
            + (run.runCount > 5 ? " …)" : ")")
      }
      lines.append("runs: \(text(old)) → \(text(new))")
    }
    let (before, after) = (Self.values(old), Self.values(new))
    for (place, value) in after {
      guard let previous = before.first(where: { $0.place == place })?.value else {
        lines.append("\(place): new, \(Self.text(value))")
        continue
      }
      guard previous != value else { continue }
      var line = "\(place): \(Self.text(previous)) → \(Self.text(value))"
      if let first = previous.number, let second = value.number {
        line += " (\(NumberStyle.signed(second - first)))"
      }
      lines.append(line)
    }
    for (place, value) in before where !after.contains(where: { $0.place == place }) {
      lines.append("\(place): gone, was \(Self.text(value))")
    }
    for checkpoint in new.checkpoints {
      guard let previous = old.checkpoints.first(where: { $0.name == checkpoint.name }),
        previous.samples != checkpoint.samples
      else { continue }
      lines.append(
        "\(checkpoint.name): other samples, \(previous.samples.sampleCount) → "
          + "\(checkpoint.samples.sampleCount)")
    }
    self.lines = lines
  }

  package var text: String {
    lines.isEmpty
      ? "Nothing changed.\n" : lines.map { $0 + "\n" }.joined()
  }

  private struct Value: Equatable {
    let number: Double?
    let reason: String
  }

  private static func text(_ value: Value) -> String {
    value.number.map(NumberStyle.loss) ?? value.reason
  }

  private static func values(_ run: RunMeasurements) -> [(place: String, value: Value)] {
    run.checkpoints.flatMap { checkpoint in
      checkpoint.layers.flatMap { layer in
        layer.sortedOutcomes.map { measure, outcome in
          let value: Value =
            switch outcome {
            case .measured(let found):
              Value(
                number: found.value,
                reason: found.value == nil ? "at \(found.position?.rawValue ?? "an end")" : "")
            case .absent(let reason): Value(number: nil, reason: reason)
            }
          return ("\(checkpoint.name) \(layer.name), \(measure.text)", value)
        }
      }
    }
  }
}
