internal import Entanglement
internal import PairwiseDistances

/// A comparison, ready to be written in every format.
public struct ComparisonReport: Sendable {
  private let comparison: RunComparison
  let options: ReportOptions

  /// - Throws: If any number of a history is NaN or infinite.
  public init(_ comparison: RunComparison, options: ReportOptions) throws(ReportError) {
    for run in comparison.runs { try run.history.requireFinite() }
    self.comparison = comparison
    self.options = options
  }

  /// The files of one format, in the order in which they are to be put in place.
  public func files(_ format: ReportFormat) -> [ReportFile] { formatted(format) }

  /// The comparison for a terminal of a given width.
  public func terminalText(width: Int, color: Bool) -> String { text(width: width, color: color) }
}

extension LaTeXTable {
  /// A loss of a layer, with half its interval where that is known.
  static func cell(_ layer: LayerEntanglement?, _ quantity: ComparedLoss) -> String {
    guard let layer, let loss = quantity.value(layer) else { return none }
    let interval = quantity == .minimum ? layer.minimum?.interval : layer.matched?.interval
    return number(loss, halfWidth: interval?.halfWidth)
  }
}

extension ComparisonReport: FormattedReport {
  var stem: String { "compare" }
  var json: String { ComparisonJSON(comparison, options: options).text }
  var tables: [NamedTable] { [] }

  var figures: [Figure] {
    ComparedLoss.allCases.compactMap { ComparisonChart(comparison, $0).figure }
  }

  /// The last common checkpoint, layers down and runs across.
  var latex: [LaTeXTable] {
    guard let checkpoint = comparison.checkpoints.last else { return [] }
    let last = comparison.entries.filter { $0.checkpoint == comparison.checkpoints.count - 1 }
    return ComparedLoss.allCases.reversed().compactMap { quantity in
      guard last.contains(where: { $0.losses(quantity).contains { $0 != nil } }) else { return nil }
      var table = LaTeXTable(
        caption:
          "\(quantity.title) (nats) at \(checkpoint.name), ± half the 95 % interval over the "
          + "samples.",
        label: "compare-\(quantity)", header: ["Layer"] + comparison.runs.map(\.name))
      for entry in last {
        table.add(entry.layer, entry.layers.map { LaTeXTable.cell($0, quantity) })
      }
      return table
    }
  }

  func text(width: Int, color: Bool) -> String {
    ComparisonText(comparison, reading: options.readings.sentence)
      .text(width: width, color: color)
  }

  /// Every common layer by one of the losses.
  private func table(_ quantity: ComparedLoss) -> String {
    let names = comparison.runs.map(\.name)
    let columns: [HTMLText.Column] =
      [.init(name: "checkpoint"), .init(name: "step", isNumber: true), .init(name: "layer")]
      + names.map { .init(name: "\($0) (nats)", isNumber: true) }
      + names.dropFirst().flatMap { name -> [HTMLText.Column] in
        [
          .init(name: "\(name) − \(names[0])", isNumber: true),
          .init(name: "95 % interval", isNumber: true),
        ]
      }
    let rows = comparison.entries.map { entry -> [HTMLText.Cell] in
      let checkpoint = comparison.checkpoints[entry.checkpoint]
      return [.init(checkpoint.name), .init(checkpoint.step), .init(entry.layer)]
        + entry.losses(quantity).map { .init($0) }
        + names.indices.dropFirst().flatMap { run -> [HTMLText.Cell] in
          let difference = entry.difference(run, quantity)
          return [.init(signed: difference?.value), .init(difference?.interval)]
        }
    }
    return HTMLText.table(columns, rows: rows, caption: "\(quantity.title), in nats.")
  }

  var page: HTMLPage? {
    let quantities = ComparedLoss.allCases.reversed().filter { quantity in
      comparison.entries.contains { $0.losses(quantity).contains { $0 != nil } }
    }
    let files = comparison.runs.flatMap { run in
      run.history.profiles.map { profile -> [HTMLText.Cell] in
        [
          .init(run.name), .init(profile.checkpoint), .init(profile.step), .init(profile.file),
          .init(profile.layers.count),
        ]
      }
    }
    let facts =
      [("Program", "snn-analyze \(options.version)")]
      + [("Distance", comparison.runs[0].history.distance.rawValue)]
      + options.readings.facts + options.settings.map { ($0.name, $0.value) }
    return HTMLPage(
      title: "\(options.title): soft nearest neighbor loss",
      lead: ComparisonText(comparison, reading: options.readings.sentence).sentences,
      figures: figures,
      sections: quantities.map {
        .init(id: "layers-\($0)", title: $0.title, body: table($0))
      } + [
        .init(
          id: "provenance", title: "Provenance",
          body: HTMLText.list(facts)
            + HTMLText.table(
              [
                .init(name: "run"), .init(name: "checkpoint"),
                .init(name: "step", isNumber: true), .init(name: "file"),
                .init(name: "layers", isNumber: true),
              ], rows: files, caption: "What was read."))
      ], version: options.version)
  }
}
