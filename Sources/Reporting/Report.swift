public import Entanglement

/// A history, ready to be written in every format. Several labelings of the same samples are a
/// history each.
///
/// A report is made of sections, one a quantity (`ReportSection`): here and in `Report+JSON` and
/// `Report+Page` each format asks them in turn.
public struct Report: Sendable {
  /// One or more, one a labeling.
  let histories: [EntanglementHistory]
  /// Those of each history.
  let sections: [[any ReportSection]]
  /// Those that draw the figures, of layers and classes by the names that these are to have.
  private let figureSections: [[any ReportSection]]
  let options: ReportOptions

  /// - Throws: If any number of the history is NaN or infinite.
  public init(
    _ history: EntanglementHistory, options: ReportOptions
  ) throws(ReportError) {
    try self.init([history], options: options)
  }

  /// - Parameter histories: One a labeling, of the same checkpoints; each says its labeling.
  /// - Throws: If any number of a history is NaN or infinite.
  /// - Precondition: One or more, and as many checkpoints in each.
  public init(
    _ histories: [EntanglementHistory], options: ReportOptions
  ) throws(ReportError) {
    precondition(
      Set(histories.map(\.profiles.count)).count == 1,
      "histories of \(histories.map(\.profiles.count)) checkpoints are not of one run")
    for history in histories { try history.requireFinite() }
    self.histories = histories
    self.options = options
    let sections = histories.map { Self.sections(of: $0, options.look) }
    self.sections = sections
    let looking = histories.map { $0.looking(options.look) }
    figureSections =
      looking == histories ? sections : looking.map { Self.sections(of: $0, options.look) }
  }

  private static func sections(
    of history: EntanglementHistory, _ look: FigureLook
  ) -> [any ReportSection] {
    let reported = ReportedHistory(history, look: look)
    return sections.map { $0.init(reported) }
  }

  /// The names of all figures that there are, whichever are drawn.
  package var figureNames: [String] { figureSections.joined().flatMap(\.figures).map(\.name) }

  /// The files of one format, in the order in which they are to be put in place.
  public func files(_ format: ReportFormat) -> [ReportFile] { formatted(format) }

  /// The text report for a terminal of a given width.
  public func terminalText(width: Int, color: Bool) -> String { text(width: width, color: color) }
}

extension Report: FormattedReport {
  var stem: String { "report" }

  func text(width: Int, color: Bool) -> String {
    zip(histories, sections).map { history, sections in
      var text = history.labeling.map { "By the labels \($0)\n\n" } ?? ""
      text += Summary(history, title: options.title, reading: options.readings.sentence)
        .paragraphs(width: width)
      for section in sections {
        let part = section.text(width: width, color: color)
        guard !part.isEmpty else { continue }
        text += section.continuesText ? part : "\n" + part
      }
      return text
    }.joined(separator: "\n")
  }

  /// The last checkpoint, layers down; a table a labeling.
  var latex: [LaTeXTable] {
    histories.compactMap { history in
      guard let profile = history.profiles.last else { return nil }
      let losses = ComparedLoss.allCases.filter { loss in
        profile.layers.contains { loss.value($0.entanglement) != nil }
      }
      var table = LaTeXTable(
        caption: "Soft nearest neighbor loss (nats) at \(profile.checkpoint)"
          + (history.labeling.map { " by the labels \($0)" } ?? "")
          + ", ± half the 95 % interval over the samples.",
        label: "report" + (history.labeling.map { "-" + $0.asFileName } ?? ""),
        header: ["Layer"] + losses.map { $0 == .minimum ? "minimum over T" : "at the perplexity" }
          + ["chance"])
      for layer in profile.layers {
        table.add(
          layer.name,
          losses.map { LaTeXTable.cell(layer.entanglement, $0) }
            + [LaTeXTable.number(layer.entanglement.chance)])
      }
      return table
    }
  }

  var figures: [Figure] {
    zip(histories, figureSections).flatMap { history, sections in
      let all = sections.flatMap(\.figures).filter { options.look.shows($0.name) }
      return Figure.Place.allCases.flatMap { place in all.filter { $0.place == place } }
        .map { history.isEstimate ? $0.ofEstimate : $0 }
        .map { $0.looking(options.look).of(labeling: history.labeling) }
    }
  }

  /// Those of one name of several labelings as one.
  var tables: [NamedTable] {
    let all = zip(histories, sections).flatMap { history, sections in
      (sections.flatMap(\.tables) + [Self.minima(history, sections)])
        .map { (labeling: history.labeling, named: $0) }
    }
    return all.grouped(by: \.named.name).map { name, tables in
      NamedTable(name: name, table: .merged(tables.map { ($0.labeling, $0.named.table) }))
    }
  }

  /// A row for each layer at each checkpoint.
  private static func minima(
    _ history: EntanglementHistory, _ sections: [any ReportSection]
  ) -> NamedTable {
    let fields = sections.flatMap(\.layerFields)
    let table = ReportedHistory(history).table(
      [
        "sampleCount", "featureCount", "anchorCount", "singletonCount", "chance", "meanDistance",
      ] + fields.map(\.name)
    ) { layer in
      let found = layer.entanglement
      return [
        [found.sampleCount, found.featureCount, found.anchorCount, found.singletonCount]
          .map(String.init) + [found.chance, found.meanDistance].map(CSVTable.number)
          + fields.map { $0.cell(found) }
      ]
    }
    return NamedTable(name: "minima.csv", table: table)
  }
}
