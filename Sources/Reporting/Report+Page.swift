internal import Entanglement
internal import PairwiseDistances

extension Report {
  /// `report.html`: words, figures, every layer in a table, and where it all came from.
  var page: HTMLPage? {
    let lead = histories.flatMap { history in
      (history.labeling.map { ["By the labels \($0):"] } ?? [])
        + Summary(history, title: options.title, reading: options.readings.sentence).sentences
    }
    let own = zip(histories, sections).flatMap { history, sections in
      sections.flatMap(\.pageTables).filter { !$0.rows.isEmpty }.map { (history.labeling, $0) }
    }
    return HTMLPage(
      title: "\(options.title): soft nearest neighbor loss", lead: lead, opening: opening,
      explorer: CurveExplorer(histories, look: options.look).map {
        HTMLPage.Section(id: "explore", title: "Explore", body: $0.body)
      },
      figures: figures,
      sections: PageTable.sections(layers + own)
        + [Provenance(histories, options: options).section],
      version: options.version)
  }

  /// More rows of layers would weigh more than all figures.
  private static let mostLayerRows = 300

  /// A row for each layer at each checkpoint, or at some of them.
  private var layers: [(labeling: String?, table: PageTable)] {
    let conventions = Conventions(histories[0])
    let caption =
      "The least loss over the temperature. T and mean d in \(conventions.distanceUnit); loss and "
      + "chance in nats. "
      + (conventions.perplexityRule.map {
        "At perplexity: the loss at the matched perplexity, \($0), with its 95 % interval; the null "
          + "is that loss under shuffled labels. "
      } ?? "") + "A minimum at zero or infinity is a limit and has no temperature."
    return zip(histories, sections).map { history, sections in
      let cells = sections.flatMap(\.layerCells)
      let names = ReportedHistory(history).shortNames(columns: ReportedHistory.pageColumns)
      let columns: [HTMLText.Column] =
        [.init(name: "checkpoint"), .init(name: "step", isNumber: true)]
        + [.init(name: "layer"), .init(name: "shape")]
        + (cells.map(\.name) + ["mean d", "samples", "anchors"])
        .map { .init(name: $0, isNumber: true) } + [.init(name: "minimum")]
      let shown = (0..<history.profiles.count).spread(
        into: max(2, Self.mostLayerRows / max(1, history.layerNames.count)))
      let leftOut =
        shown.count == history.profiles.count
        ? ""
        : " Here are \(shown.count) of \(history.profiles.count) checkpoints; minima.csv and report.json "
          + "have all."
      let rows = shown.map { history.profiles[$0] }.flatMap { profile in
        profile.layers.map { layer -> [HTMLText.Cell] in
          let found = layer.entanglement
          return [
            .init(profile.checkpoint), .init(profile.step),
            .init(names(layer.name), title: layer.name),
            .init(layer.shape.map(String.init).joined(separator: "×")),
          ] + cells.map { $0.cell(found) } + [
            .init(found.meanDistance), .init(found.sampleCount), .init(found.anchorCount),
            .init(found.minimum?.position.rawValue ?? "not computed"),
          ]
        }
      }
      return (
        history.labeling,
        PageTable(
          id: "layers", title: "Every layer at every checkpoint", columns: columns, rows: rows,
          caption: caption + leftOut)
      )
    }
  }
}
