internal import Entanglement
internal import PairwiseDistances

/// What was read, how, and by which version.
struct Provenance {
  /// One a labeling.
  private let histories: [EntanglementHistory]
  private let options: ReportOptions

  init(_ histories: [EntanglementHistory], options: ReportOptions) {
    self.histories = histories
    self.options = options
  }

  var section: HTMLPage.Section {
    let files = HTMLText.table(
      [
        .init(name: "checkpoint"), .init(name: "step", isNumber: true), .init(name: "file"),
        .init(name: "labels"), .init(name: "layers", isNumber: true),
      ],
      rows: histories[0].profiles.map { profile in
        [
          .init(profile.checkpoint), .init(profile.step), .init(profile.file),
          .init(options.labels[profile.checkpoint] ?? "–"), .init(profile.layers.count),
        ]
      }, caption: "What was read.")
    return HTMLPage.Section(
      id: "provenance", title: "Provenance", body: HTMLText.list(facts) + files)
  }

  private var facts: [(String, String)] {
    var facts = [
      ("Program", "snn-analyze \(options.version)"), ("Distance", histories[0].distance.rawValue),
    ]
    facts += options.readings.facts
    facts += options.settings.map { ($0.name, $0.value) }
    if let sampling = histories[0].sampling {
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
    return facts
  }
}
