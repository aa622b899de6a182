import Training

/// One line on standard error, on a terminal only: how far a training is and how entangled the
/// hidden layers are within a batch.
struct TrainingProgress {
  private let epochs: Int
  private let isVisible: Bool
  private let layerNames: [String]

  init(epochs: Int, isVisible: Bool, layerNames: [String]) {
    self.epochs = epochs
    self.isVisible = isVisible
    self.layerNames = layerNames
  }

  func show(_ summary: EpochSummary) {
    guard isVisible else { return }
    let layers = zip(layerNames, summary.entanglements)
      .map { "\($0) \($1.decimals(3))" }.joined(separator: "  ")
    let numbers =
      "\(summary.epoch)/\(epochs)  loss \(summary.loss.decimals(4))"
      + "  accuracy \(summary.accuracy.decimals(4))"
    StandardError.write(
      StandardError.lineStart
        + ProgressLine.fitted(
          numbers, share: Double(summary.epoch) / Double(max(epochs, 1)),
          end: layers.isEmpty ? "" : "entanglement " + layers, to: StandardError.width - 1))
  }

  func end() {
    if isVisible { StandardError.write(StandardError.lineStart) }
  }
}

extension Double {
  /// This number with a fixed count of decimals.
  func decimals(_ count: Int) -> String {
    var power = 1.0
    for _ in 0..<count { power *= 10 }
    let scaled = (abs(self) * power).rounded()
    guard scaled < 1e15 else { return "\(self)" }
    let whole = Int(scaled / power)
    let digits = String(Int(scaled) - whole * Int(power))
    let sign = self < 0 && scaled > 0 ? "-" : ""
    return sign + "\(whole)." + String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}
