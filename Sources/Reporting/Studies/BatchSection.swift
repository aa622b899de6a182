internal import Charts
internal import Entanglement

/// The loss within random batches, beside that of all samples.
struct BatchSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  /// Of the last checkpoint.
  private var layersWithBatches: [(layer: LayerProfile, batches: MiniBatchEstimate)] {
    reported.lastLayers.compactMap { layer in layer.entanglement.batches.map { (layer, $0) } }
  }

  func text(width: Int, color: Bool) -> String {
    let found = layersWithBatches
    guard let first = found.first?.batches else { return "" }
    let names = reported.shortNames(width: width)
    var table = TextTable(header: [
      "layer", "minimum in a batch", "of all", "at T = mean d in a batch", "of all",
    ])
    for (layer, batches) in found {
      let pairs = zip(batches.curve, layer.entanglement.curve)
      let warm = pairs.min { Self.distanceFromOne($0.0) < Self.distanceFromOne($1.0) }
      table.add([
        names(layer.name),
        batches.minimum.map(Self.mean) ?? "–",
        layer.entanglement.minimum.map { NumberStyle.loss($0.loss) } ?? "–",
        warm.map { Self.mean($0.0.mean) } ?? "–", warm.map { NumberStyle.loss($0.1.loss) } ?? "–",
      ])
    }
    let leftOut = found.map(\.batches.leftOutCount).max() ?? 0
    let heading =
      "Loss within batches of \(first.size): mean ± standard error over \(first.count) random "
      + "batches, seed \(first.seed)"
      + (leftOut > 0 ? ", \(leftOut) left out without two samples of one class" : "")
      + reported.headingEnd
    let legend =
      "In a batch the neighbors of a class are fewer and farther: at cold T, and so at the minimum, "
      + "it reads higher than all samples do."
    return heading.wrapped(to: width) + table.text + legend.wrapped(to: width)
  }

  private static func mean(_ mean: BatchMean) -> String {
    NumberStyle.loss(mean.loss)
      + (mean.standardError.map { " ± \(NumberStyle.loss($0))" } ?? "")
  }

  /// In ratios, the larger of both ways.
  private static func distanceFromOne(_ point: BatchPoint) -> Double {
    max(point.relativeTemperature, 1 / point.relativeTemperature)
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    layer.entanglement.batches.map { [("batches", Self.record($0))] } ?? []
  }

  private static func record(_ batches: MiniBatchEstimate) -> JSONValue {
    let curve = batches.curve.map { point in
      JSONValue.record(
        [
          ("temperature", .number(point.temperature)),
          ("relativeTemperature", .number(point.relativeTemperature)),
        ] + members(point.mean))
    }
    return .object(
      [
        ("size", .integer(batches.size)), ("count", .integer(batches.count)),
        ("leftOut", .integer(batches.leftOutCount)), ("seed", .string(String(batches.seed))),
        ("curve", .array(curve)),
      ] + (batches.minimum.map { [("minimum", .record(members($0)))] } ?? []))
  }

  private static func members(_ mean: BatchMean) -> [(String, JSONValue)] {
    [("loss", .number(mean.loss)), ("standardError", .optional(mean.standardError))]
  }

  /// A row a temperature and one for the minimum, beside the figure.
  private var table: CSVTable {
    reported.table([
      "batchSize", "batches", "temperature", "relativeTemperature", "loss", "standardError",
      "lossOfAll", "point",
    ]) { layer in
      guard let batches = layer.entanglement.batches else { return [] }
      let draw = [String(batches.size), String(batches.count)]
      let curve = zip(batches.curve, layer.entanglement.curve).map { point, whole in
        draw
          + [
            point.temperature, point.relativeTemperature, point.mean.loss,
            point.mean.standardError, whole.loss,
          ].map(CSVTable.number) + ["curve"]
      }
      let minimum = batches.minimum.map { minimum in
        draw + ["", ""]
          + [minimum.loss, minimum.standardError, layer.entanglement.minimum?.loss]
          .map(CSVTable.number) + ["minimum"]
      }
      return curve + [minimum].compactMap(\.self)
    }
  }

  var pageTables: [PageTable] {
    [
      reported.pageTable(
        id: "batches", title: "Within batches",
        columns: [
          "batch", "batches", "left out", "minimum in a batch (nats)", "standard error",
          "minimum of all (nats)",
        ],
        caption:
          "The mean over random batches of the batch's least loss over T, beside that of all "
          + "samples: in a batch the neighbors of a class are fewer and farther. batches.csv has the "
          + "curves."
      ) { layer in
        guard let batches = layer.entanglement.batches else { return [] }
        return [
          [
            .init(batches.size), .init(batches.count), .init(batches.leftOutCount),
            .init(batches.minimum?.loss), .init(batches.minimum?.standardError),
            .init(layer.entanglement.minimum?.loss),
          ]
        ]
      }
    ]
  }

  var figures: [Figure] { [figure].compactMap(\.self) }

  /// The loss within batches beside that of all samples, a panel a layer of the last checkpoint;
  /// nil where no layer has it.
  private var figure: Figure? {
    guard let profile = reported.profiles.last else { return nil }
    let found = layersWithBatches
    guard let size = found.first?.1.size else { return nil }
    let shown = found.spread(into: ReportedHistory.mostPanels)
    let layers = shown.map(\.0.entanglement)
    let axis = LossAxis(
      label: "Loss (nats)", minima: layers.compactMap { $0.minimum?.loss },
      chance: layers.map(\.chance).max() ?? 0)
    let panels = shown.map { layer, batches in
      let whole = layer.entanglement.curve
      return LineChart(
        title: layer.name,
        xAxis: CurveSection.temperatureAxis([profile], top: axis.top),
        yAxis: axis.axis,
        series: [
          Series(
            name: "all samples",
            points: whole.map {
              .init($0.relativeTemperature, $0.loss, note: "\(layer.name): \($0.text)")
            }, isSmooth: true),
          Series(
            name: "within batches of \(size)",
            points: batches.curve.map { point in
              let error = point.mean.standardError.map { " ± \(NumberStyle.loss($0))" } ?? ""
              return .init(
                point.relativeTemperature, point.mean.loss,
                note:
                  "\(layer.name), batches: \(NumberStyle.loss(point.mean.loss))\(error) nats at "
                  + "T / mean d = \(NumberStyle.loss(point.relativeTemperature))")
            },
            band: batches.curve.map { point in
              point.mean.standardError.map {
                max(point.mean.loss - 2 * $0, 0)...point.mean.loss + 2 * $0
              }
            }, isSmooth: true),
        ], rules: ReportedHistory.chanceRules([layer.entanglement.chance]), description: "")
    }
    let minima = shown.compactMap { layer, batches -> String? in
      guard let mean = batches.minimum?.loss, let all = layer.entanglement.minimum?.loss else {
        return nil
      }
      return "\(layer.name) \(NumberStyle.loss(mean)) against \(NumberStyle.loss(all))"
    }
    let chart = SmallMultiples(
      title: "Loss within batches of \(size) and of all samples, \(profile.checkpoint)",
      panels: panels,
      description:
        "Soft nearest neighbor loss against temperature (nats), one panel for each of "
        + (shown.count < found.count ? "\(shown.count) of " : "") + "\(found.count) layers at "
        + "checkpoint \(profile.checkpoint): of all samples, and the mean over random batches of "
        + "\(size) with a band of two standard errors. Minima over the temperature, in a batch on "
        + "average and of all: " + minima.joined(separator: "; ") + ".")
    return Figure("batches", .multiples(chart), table: table, place: .studies)
  }
}
