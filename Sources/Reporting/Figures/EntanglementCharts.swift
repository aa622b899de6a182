internal import Charts
internal import Entanglement

/// The figures of a history, each in the file that its name says.
struct EntanglementCharts {
  let history: EntanglementHistory
  let ticks: CheckpointTicks

  init(_ history: EntanglementHistory) {
    self.history = history
    ticks = CheckpointTicks(history.profiles)
  }

  var figures: [Figure] {
    [
      overTraining, perplexityOverTraining, temperatureCurves, temperatureCurvesByCheckpoint,
      perplexityCurves, heatmap, confusion, classTrajectories, sampleMap, sampleSize, batches,
      atSchedule,
    ].compactMap(\.self)
  }

  func chanceRules(_ chances: [Double]) -> [Rule] {
    Set(chances).sorted().prefix(3).map {
      .horizontal(at: $0, label: "chance \(NumberStyle.loss($0))")
    }
  }

  /// Whether lines of layers carry their intervals as bands: more of them would cover one another.
  var hasBands: Bool { history.profiles.count == 1 || history.layerNames.count <= 8 }

  /// What a description says of intervals that there are.
  var bandsText: String {
    hasBands
      ? " Bands are 95 % intervals."
      : " The 95 % intervals of so many lines are in the table alone."
  }

  /// The place of a layer along the network, 0…1, which its colour follows.
  func depth(_ index: Int, of count: Int) -> Double {
    count > 1 ? Double(index) / Double(count - 1) : 0
  }

  static func minimumText(_ layer: LayerEntanglement) -> String {
    guard let minimum = layer.minimum else { return "not computed" }
    let loss = NumberStyle.loss(minimum.loss)
    return switch minimum.position {
    case .interior:
      "\(loss) nats at T / mean d = \(NumberStyle.loss(minimum.relativeTemperature ?? 0))"
    case .zero: "\(loss) nats as T → 0"
    case .infinity: "\(loss) nats as T → ∞"
    }
  }

  static func matchedText(_ layer: LayerEntanglement) -> String {
    guard let matched = layer.matched else { return "not at any temperature" }
    return "\(NumberStyle.loss(matched.loss)) nats at perplexity "
      + "\(NumberStyle.loss(matched.perplexity)), T / mean d = "
      + NumberStyle.loss(matched.relativeTemperature)
  }

  static func pointText(_ point: CurvePoint) -> String {
    "\(NumberStyle.loss(point.loss)) nats at T / mean d = "
      + "\(NumberStyle.loss(point.relativeTemperature)) (T = \(NumberStyle.loss(point.temperature)))"
  }
}
