internal import Entanglement
internal import PairwiseDistances

/// A comparison of groups of runs, ready to be written in every format.
package struct GroupReport: Sendable {
  private let comparison: GroupComparison
  let options: ReportOptions
  /// By which labels; empty for a file's own.
  private let labeling: String

  /// - Throws: If any number of a history is NaN or infinite.
  package init(
    _ comparison: GroupComparison, labeling: String = "", options: ReportOptions
  ) throws(ReportError) {
    for run in comparison.groups.flatMap(\.runs) { try run.history?.requireFinite() }
    self.comparison = comparison
    self.labeling = labeling
    self.options = options
  }

  /// The files of one format, in the order in which they are to be put in place.
  package func files(_ format: ReportFormat) -> [ReportFile] { formatted(format) }

  /// The comparison for a terminal of a given width.
  package func terminalText(width: Int, color: Bool) -> String { text(width: width, color: color) }
}

extension GroupReport: FormattedReport {
  var stem: String { "compare" }
  var json: String { GroupJSON(comparison: comparison, options: options).text }

  var tables: [NamedTable] {
    let tables = GroupTables(comparison: comparison, labeling: labeling)
    return [NamedTable(name: "runs.csv", table: tables.tidy)]
      + (comparison.groups.count > 1
        ? [NamedTable(name: "differences.csv", table: tables.differences)] : [])
  }

  var figures: [Figure] {
    // Of listed values it is not known what they are.
    comparison.groups[0].distance == nil
      ? []
      : [ComparedQuantity.minimum, .perplexity].flatMap {
        GroupChart(comparison: comparison, quantity: $0).figures
      }
  }

  /// The last checkpoint, layers down and groups across.
  var latex: [LaTeXTable] {
    let last = comparison.checkpoints.count - 1
    return comparison.quantities.filter(\.isTabled)
      .compactMap { quantity in
        let places = comparison.places(of: quantity, checkpoint: last)
        guard !places.isEmpty else { return nil }
        var table = LaTeXTable(
          caption:
            quantity.title
            + (comparison.checkpoints[last].name.isEmpty
              ? "" : " at \(comparison.checkpoints[last].name)") + ": mean over runs ± half "
            + "the 95 % interval by Student's t ("
            + comparison.groups.map { "\($0.name): n = \($0.runs.count)" }.joined(separator: ", ")
            + ").",
          label: "compare-\(quantity.name.asFileName)",
          header: ["Layer"] + comparison.groups.map(\.name))
        for place in places {
          table.add(
            place.layer ?? "–",
            comparison.groups.indices.map { group in
              comparison.row(group, place).map {
                LaTeXTable.number($0.mean.mean, halfWidth: $0.mean.interval?.halfWidth)
              } ?? LaTeXTable.none
            })
        }
        return table
      }
  }

  private var words: GroupText {
    GroupText(comparison: comparison, reading: options.readings.sentence)
  }

  func text(width: Int, color: Bool) -> String { words.text(width: width, color: color) }

  /// Every place of a quantity.
  private func table(_ quantity: ComparedQuantity) -> String {
    let names = comparison.groups.map(\.name)
    let columns: [HTMLText.Column] =
      [.init(name: "checkpoint"), .init(name: "step", isNumber: true), .init(name: "layer")]
      + names.map { .init(name: $0, isNumber: true) }
      + names.dropFirst().flatMap { name in
        ["\(name) − \(names[0])", "95 % interval", "p (Holm)", "exact p", "from runs"].map {
          HTMLText.Column(name: $0, isNumber: true)
        }
      }
    let rows = comparison.checkpoints.indices.flatMap { checkpoint in
      comparison.places(of: quantity, checkpoint: checkpoint).map { place -> [HTMLText.Cell] in
        let moment = comparison.checkpoints[checkpoint]
        return [.init(moment.name), .init(moment.step), .init(place.layer ?? "–")]
          + names.indices.map { group in
            let mean = comparison.row(group, place)?.mean
            return .init(mean?.text ?? "–", sortedBy: mean?.mean)
          }
          + names.indices.dropFirst().flatMap { group -> [HTMLText.Cell] in
            let difference = comparison.difference(group, place)
            let test = difference?.test
            let share = difference?.variance?.shareOfRuns
            return [
              .init(signed: test?.difference), .init(test?.interval),
              .init(
                difference?.adjustedP.map(NumberStyle.probability) ?? "–",
                sortedBy: difference?.adjustedP),
              .init(test?.permutation?.text ?? "–", sortedBy: test?.permutation?.p),
              .init(share.map(NumberStyle.percent) ?? "–", sortedBy: share),
            ]
          }
      }
    }
    return HTMLText.table(
      columns, rows: rows,
      caption: "\(quantity.title): means over runs, ± half the 95 % interval by Student's t.")
  }

  var page: HTMLPage? {
    let files = comparison.groups.flatMap { group in
      group.runs.flatMap { run in
        (run.history?.profiles ?? []).map { profile -> [HTMLText.Cell] in
          [
            .init(group.name), .init(run.name), .init(run.seed), .init(profile.checkpoint),
            .init(profile.step), .init(profile.file), .init(profile.layers.count),
          ]
        }
      }
    }
    let facts =
      [("Program", "snn-analyze \(options.version)")]
      + (comparison.groups[0].distance.map { [("Distance", $0.rawValue)] } ?? [])
      + options.readings.facts + options.settings.map { ($0.name, $0.value) }
    return HTMLPage(
      title: comparison.groups[0].distance == nil
        ? options.title : "\(options.title): soft nearest neighbor loss", lead: words.sentences,
      figures: figures,
      sections: comparison.quantities.enumerated().map { index, quantity in
        .init(id: "quantity-\(index)", title: quantity.title, body: table(quantity))
      } + [
        .init(
          id: "provenance", title: "Provenance",
          body: HTMLText.list(facts)
            + HTMLText.table(
              [
                .init(name: "group"), .init(name: "run"), .init(name: "seed", isNumber: true),
                .init(name: "checkpoint"), .init(name: "step", isNumber: true),
                .init(name: "file"), .init(name: "layers", isNumber: true),
              ], rows: files, caption: "What was read."))
      ], version: options.version)
  }
}
