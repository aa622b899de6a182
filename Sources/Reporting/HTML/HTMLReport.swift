internal import Entanglement
internal import PairwiseDistances

/// The history as `report.html`: words, figures, every layer in a table, and where it all came from.
struct HTMLReport {
  /// One a labeling.
  private let histories: [EntanglementHistory]
  private let figures: [Figure]
  private let options: ReportOptions

  init(_ histories: [EntanglementHistory], figures: [Figure], options: ReportOptions) {
    self.histories = histories
    self.figures = figures
    self.options = options
  }

  var text: String {
    let lead = histories.flatMap { history in
      let sentences = TextSummary(history, title: options.title).sentences
      return (history.labeling.map { ["By the labels \($0):"] } ?? []) + sentences
    }
    return HTMLPage(
      title: "\(options.title): soft nearest neighbor loss", lead: lead,
      figures: figures,
      sections: ([layers, changes] + HTMLStudies(histories).sections + [failures, provenance])
        .compactMap(\.self), version: options.version
    ).text
  }

  private var isLabeled: Bool { histories.contains { $0.labeling != nil } }

  private var layers: HTMLPage.Section {
    let columns: [HTMLText.Column] =
      (isLabeled ? [.init(name: "labels")] : []) + [.init(name: "checkpoint")]
      + [.init(name: "step", isNumber: true), .init(name: "layer"), .init(name: "shape")]
      + [
        "loss (nats)", "T / mean d", "T", "chance (nats)", "of chance (%)", "at perplexity (nats)",
        "lower", "upper", "mean d", "samples", "anchors",
      ].map { .init(name: $0, isNumber: true) } + [.init(name: "minimum")]
    let all = histories.flatMap { history in history.profiles.map { (history.labeling, $0) } }
    let rows = all.flatMap { labeling, profile in
      profile.layers.map { layer -> [HTMLText.Cell] in
        let found = layer.entanglement
        let minimum = found.minimum
        let share = found.chance > 0 ? minimum.map { 100 * $0.loss / found.chance } : nil
        let name = isLabeled ? [HTMLText.Cell(labeling ?? "")] : []
        return name + [
          .init(profile.checkpoint), .init(profile.step), .init(layer.name),
          .init(layer.shape.map(String.init).joined(separator: "×")), .init(minimum?.loss),
          .init(minimum?.relativeTemperature), .init(minimum?.temperature), .init(found.chance),
          .init(share), .init(found.matched?.loss), .init(found.matched?.interval?.lower),
          .init(found.matched?.interval?.upper), .init(found.meanDistance),
          .init(found.sampleCount),
          .init(found.anchorCount), .init(minimum?.position.rawValue ?? "not computed"),
        ]
      }
    }
    let conventions = Conventions(histories[0])
    let caption =
      "The least loss over the temperature. T and mean d in \(conventions.distanceUnit); loss and "
      + "chance in nats. "
      + (conventions.perplexityRule.map {
        "At perplexity: the loss at the matched perplexity, \($0), with its 95 % interval. "
      } ?? "") + "A minimum at zero or infinity is a limit and has no temperature."
    return HTMLPage.Section(
      id: "layers", title: "Every layer at every checkpoint",
      body: HTMLText.table(columns, rows: rows, caption: caption))
  }

  private var changes: HTMLPage.Section? {
    let changes = histories.flatMap { history in history.changes.map { (history.labeling, $0) } }
    guard !changes.isEmpty else { return nil }
    let columns: [HTMLText.Column] =
      (isLabeled ? [.init(name: "labels")] : [])
      + ["layer", "from", "to"].map { .init(name: $0) }
      + ["difference (nats)", "lower", "upper"].map { .init(name: $0, isNumber: true) }
    let rows = changes.map { labeling, change -> [HTMLText.Cell] in
      let interval = change.difference.interval
      return (isLabeled ? [HTMLText.Cell(labeling ?? "")] : [])
        + [change.layer, change.first, change.last].map { HTMLText.Cell($0) }
        + [change.difference.difference, interval.lower, interval.upper].map { HTMLText.Cell($0) }
    }
    return HTMLPage.Section(
      id: "changes", title: "First to last",
      body: HTMLText.table(
        columns, rows: rows,
        caption: "Change of the loss at the matched perplexity, paired by sample, with its 95 % "
          + "interval."))
  }

  private var failures: HTMLPage.Section? {
    let failures = histories.flatMap(\.failures)
    guard !failures.isEmpty else { return nil }
    return HTMLPage.Section(
      id: "failed", title: "Failed",
      body: HTMLText.table(
        [.init(name: "checkpoint"), .init(name: "layer"), .init(name: "reason")],
        rows: failures.map {
          [.init($0.checkpoint), .init($0.layer), .init($0.reason)]
        }, caption: "Layers that could not be computed."))
  }

  /// What was read, how, and by which version.
  private var provenance: HTMLPage.Section {
    let history = histories[0]
    var facts = [
      ("Program", "snn-analyze \(options.version)"), ("Distance", history.distance.rawValue),
    ]
    facts += options.settings.map { ($0.name, $0.value) }
    if let sampling = history.sampling {
      facts.append(("Samples", "stratified, \(sampling.sampleCount), seed \(sampling.seed)"))
    }
    for history in histories {
      let classes = history.profiles.lazy.flatMap(\.layers).first?.entanglement.classes ?? []
      guard !classes.isEmpty else { continue }
      let named = classes.prefix(40).map { "\($0.name) (\($0.count))" }.joined(separator: ", ")
      facts.append(
        (
          "Classes" + (history.labeling.map { " by \($0)" } ?? ""),
          named + (classes.count > 40 ? " and \(classes.count - 40) more" : "")
        ))
    }
    let list =
      "<dl>\n"
      + facts.map {
        "<dt>\(HTMLText.escaped($0.0))</dt><dd>\(HTMLText.escaped($0.1))</dd>\n"
      }.joined() + "</dl>\n"
    let files = HTMLText.table(
      [
        .init(name: "checkpoint"), .init(name: "step", isNumber: true), .init(name: "file"),
        .init(name: "labels"), .init(name: "layers", isNumber: true),
      ],
      rows: history.profiles.map { profile in
        [
          .init(profile.checkpoint), .init(profile.step), .init(profile.file),
          .init(options.labels[profile.checkpoint] ?? "–"), .init(profile.layers.count),
        ]
      }, caption: "What was read.")
    return HTMLPage.Section(id: "provenance", title: "Provenance", body: list + files)
  }
}
