internal import Charts
internal import Entanglement

/// The least loss over the temperature, and where it is.
struct MinimumSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  func text(width: Int, color: Bool) -> String {
    MinimumTable(reported).text(width: width, color: color)
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    let minimum = layer.entanglement.minimum.map { minimum in
      JSONValue.record(
        [
          ("temperature", .optional(minimum.temperature)),
          ("relativeTemperature", .optional(minimum.relativeTemperature)),
          ("loss", .number(minimum.loss)),
          ("position", .string(minimum.position.rawValue)),
          ("refined", .bool(minimum.refined)),
        ] + Interval.member(minimum.interval) + Interval.totalMember(minimum.totalInterval))
    }
    let local = layer.entanglement.localMinima.map {
      JSONValue.record([
        ("temperature", .number($0.temperature)),
        ("relativeTemperature", .number($0.relativeTemperature)),
        ("loss", .number($0.loss)),
      ])
    }
    return (minimum.map { [("minimum", $0)] } ?? []) + [("localMinima", .array(local))]
  }

  func scalars(of layer: LayerEntanglement) -> [TrackedScalar] {
    let minimum = layer.minimum
    return [
      .init(quantity: "minimumLoss", value: minimum?.loss),
      .init(quantity: "minimumLower", value: minimum?.interval?.lower),
      .init(quantity: "minimumUpper", value: minimum?.interval?.upper),
      .init(quantity: "minimumTemperature", value: minimum?.temperature),
      .init(quantity: "minimumRelativeTemperature", value: minimum?.relativeTemperature),
      .init(quantity: "chance", value: layer.chance),
      .init(quantity: "meanDistance", value: layer.meanDistance),
    ]
  }

  var layerFields: [LayerColumn<String>] {
    [
      .init(name: "minimumLoss") { CSVTable.number($0.minimum?.loss) },
      .init(name: "minimumTemperature") { CSVTable.number($0.minimum?.temperature) },
      .init(name: "minimumRelativeTemperature") {
        CSVTable.number($0.minimum?.relativeTemperature)
      },
      .init(name: "position") { $0.minimum?.position.rawValue ?? "" },
      .init(name: "minimumLower") { CSVTable.number($0.minimum?.interval?.lower) },
      .init(name: "minimumUpper") { CSVTable.number($0.minimum?.interval?.upper) },
    ]
  }

  var layerCells: [LayerColumn<HTMLText.Cell>] {
    [
      .init(name: "loss (nats)") { .init($0.minimum?.loss) },
      .init(name: "T / mean d") { .init($0.minimum?.relativeTemperature) },
      .init(name: "T") { .init($0.minimum?.temperature) },
      .init(name: "chance (nats)") { .init($0.chance) },
      .init(name: "of chance (%)") { layer in
        .init(layer.chance > 0 ? layer.minimum.map { 100 * $0.loss / layer.chance } : nil)
      },
    ]
  }

  var figures: [Figure] { [overTraining, heatmap].compactMap(\.self) }

  /// At each checkpoint, a line a layer; where these are not a training, from layer to layer.
  private var overTraining: Figure {
    let table = reported.table(["loss", "lower", "upper", "position", "chance"]) { layer in
      let minimum = layer.entanglement.minimum
      return [
        [minimum?.loss, minimum?.interval?.lower, minimum?.interval?.upper].map(CSVTable.number)
          + [minimum?.position.rawValue ?? "", CSVTable.number(layer.entanglement.chance)]
      ]
    }
    return Figure(
      "entanglement-\(reported.courseName)",
      MetricSection(reported).picture(below: TrackedLoss.minimum.chart(of: reported)),
      table: table)
  }

  /// By layer and checkpoint; nil of a lone one, which is a column.
  private var heatmap: Figure? {
    guard reported.course != .lone else { return nil }
    let names = reported.layerNames
    let values = names.map { reported.history.trajectory(of: $0).map { $0?.minimum?.loss } }
    let known = values.flatMap { $0.compactMap(\.self) }
    let (least, greatest) = (known.min() ?? 0, known.max() ?? 0)
    // Losses that differ by ratios would all be dark but one on a linear ramp.
    let isLogarithmic = least > 1e-3 * greatest && greatest > 6 * least
    let chart = HeatmapChart(
      title: "Loss by layer and \(reported.noun)", rows: names, columns: reported.ticks.names,
      values: values, valueLabel: "Loss (nats)", valueKind: isLogarithmic ? .log : .linear,
      xLabel: reported.ticks.axisLabel, yLabel: "Layer",
      description:
        "Soft nearest neighbor loss, minimised over temperature, of \(names.count) layers (rows) at "
        + "\(NumberStyle.count(reported.profiles.count, reported.noun)) (columns), in nats: from "
        + "\(NumberStyle.loss(least)) to \(NumberStyle.loss(greatest)).")
    var table = CSVTable(["layer"] + reported.profiles.map(\.checkpoint))
    for (name, row) in zip(names, values) { table.rows.append([name] + row.map(CSVTable.number)) }
    return Figure(
      "layer-\(reported.noun)-heatmap", .heatmap(chart), table: table, place: .matrices)
  }
}

extension TrackedLoss {
  static let minimum = TrackedLoss(
    title: "Entanglement", titleByLayer: "Entanglement by layer",
    label: "Loss at its minimum over T (nats)", words: "minimised over temperature",
    lineName: "minimum over T", loss: { $0.minimum?.loss }, interval: { $0.minimum?.interval },
    text: \.minimumText)
}

extension LayerEntanglement {
  /// For a tooltip.
  var minimumText: String {
    guard let minimum else { return "not computed" }
    let loss = NumberStyle.loss(minimum.loss)
    return switch minimum.position {
    case .interior:
      "\(loss) nats at T / mean d = \(NumberStyle.loss(minimum.relativeTemperature ?? 0))"
    case .zero: "\(loss) nats as T → 0"
    case .infinity: "\(loss) nats as T → ∞"
    }
  }
}
