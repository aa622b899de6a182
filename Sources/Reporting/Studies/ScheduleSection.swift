internal import Entanglement

/// The loss at the temperature that each checkpoint has by its schedule.
struct ScheduleSection: ReportSection {
  private let reported: ReportedHistory
  private let isScheduled: Bool
  private let distanceUnit: String

  init(_ reported: ReportedHistory) {
    self.reported = reported
    isScheduled = reported.layers.contains { $0.scheduled != nil }
    distanceUnit = Conventions(reported.history).distanceUnit
  }

  func text(width: Int, color: Bool) -> String {
    let points = reported.lastLayers.compactMap { layer in
      layer.entanglement.scheduled.map { (layer, $0) }
    }
    guard !points.isEmpty else { return "" }
    let names = reported.shortNames(width: width)
    var table = TextTable(header: ["layer", "loss", "T", "T / mean d", "perplexity"])
    for (layer, point) in points {
      table.add(
        [names(layer.name)]
          + [point.loss, point.temperature, point.relativeTemperature, point.perplexity]
          .map(NumberStyle.loss))
    }
    let heading =
      "Loss at the temperature of the schedule, T in \(distanceUnit)" + reported.headingEnd
    return heading.wrapped(to: width) + table.text
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard let point = layer.entanglement.scheduled else { return [] }
    let record = JSONValue.record([
      ("temperature", .number(point.temperature)),
      ("relativeTemperature", .number(point.relativeTemperature)),
      ("loss", .number(point.loss)), ("slope", .number(point.slope)),
      ("perplexity", .number(point.perplexity)),
    ])
    return [("scheduled", record)]
  }

  var layerFields: [LayerColumn<String>] {
    guard isScheduled else { return [] }
    return [
      .init(name: "scheduledTemperature") { CSVTable.number($0.scheduled?.temperature) },
      .init(name: "scheduledRelativeTemperature") {
        CSVTable.number($0.scheduled?.relativeTemperature)
      },
      .init(name: "scheduledLoss") { CSVTable.number($0.scheduled?.loss) },
    ]
  }

  var pageTables: [PageTable] {
    [
      reported.pageTable(
        id: "scheduled", title: "At the temperature of the schedule",
        columns: ["loss (nats)", "T", "T / mean d", "slope (nats)", "perplexity"],
        caption: "The loss at the temperature of each checkpoint. T in \(distanceUnit)."
      ) { layer in
        guard let point = layer.entanglement.scheduled else { return [] }
        return [
          [
            point.loss, point.temperature, point.relativeTemperature, point.slope,
            point.perplexity,
          ].map { .init($0) }
        ]
      }
    ]
  }

  /// A line a layer; none of a lone checkpoint.
  var figures: [Figure] {
    guard isScheduled, reported.hasTraining else { return [] }
    let table = reported.table([
      "temperature", "relativeTemperature", "loss", "slope", "perplexity", "chance",
    ]) { layer in
      guard let point = layer.entanglement.scheduled else { return [] }
      return [
        [
          point.temperature, point.relativeTemperature, point.loss, point.slope,
          point.perplexity, layer.entanglement.chance,
        ].map(CSVTable.number)
      ]
    }
    let chart = TrackedLoss.scheduled.chart(of: reported)
    return [Figure("entanglement-at-schedule", .line(chart), table: table, place: .schedule)]
  }
}

extension TrackedLoss {
  static let scheduled = TrackedLoss(
    title: "Loss at the temperature of the schedule",
    titleByLayer: "Loss at the temperature of the schedule",
    label: "Loss at the temperature of the schedule (nats)",
    words: "at the temperature of the schedule", lineName: "at the schedule",
    loss: { $0.scheduled?.loss }, interval: { _ in nil },
    text: { $0.scheduled?.text ?? "without a temperature" })
}
