internal import Charts
internal import Entanglement

/// A history as its sections see it, with what several of them say alike.
struct ReportedHistory: Sendable {
  let history: EntanglementHistory
  let ticks: CheckpointTicks

  init(_ history: EntanglementHistory) {
    self.history = history
    ticks = CheckpointTicks(history.profiles)
  }

  var profiles: [EntanglementProfile] { history.profiles }
  var layerNames: [String] { history.layerNames }
  var layers: [LayerEntanglement] { profiles.flatMap(\.layers).map(\.entanglement) }
  var hasTraining: Bool { profiles.count > 1 }

  /// Those of the last checkpoint, which the text is about.
  var lastLayers: [LayerProfile] { profiles.last?.layers ?? [] }

  /// How a heading ends of losses of the last checkpoint.
  var headingEnd: String { (hasTraining ? ", last checkpoint" : "") + " (nats):" }

  /// The member that names the labeling, where there are several.
  var labelingMember: [(String, JSONValue)] {
    history.labeling.map { [("labeling", .string($0))] } ?? []
  }

  // MARK: Tables

  /// Rows of every layer at every checkpoint, behind the fields that say where they belong.
  func table(
    _ columns: [String], of profiles: [EntanglementProfile]? = nil,
    rows: (LayerProfile) -> [[String]]
  ) -> CSVTable {
    var table = CSVTable(["checkpoint", "step", "layer"] + columns)
    for profile in profiles ?? self.profiles {
      for layer in profile.layers {
        table.rows += rows(layer).map { Self.place(profile, layer) + $0 }
      }
    }
    return table
  }

  /// The fields that say where a row belongs: checkpoint, step, layer.
  static func place(_ profile: EntanglementProfile, _ layer: LayerProfile) -> [String] {
    [profile.checkpoint, CSVTable.integer(profile.step), layer.name]
  }

  /// Rows of numbers of every layer at every checkpoint, for the page.
  func pageTable(
    id: String, title: String, columns: [String], caption: String,
    rows: (LayerProfile) -> [[HTMLText.Cell]]
  ) -> PageTable {
    PageTable(
      id: id, title: title,
      columns: [.init(name: "checkpoint"), .init(name: "layer")]
        + columns.map { .init(name: $0, isNumber: true) },
      rows: profiles.flatMap { profile in
        profile.layers.flatMap { layer in
          rows(layer).map { [.init(profile.checkpoint), .init(layer.name)] + $0 }
        }
      }, caption: caption)
  }

  /// A line a layer below a heading, behind their names; empty without a line.
  func lines(_ heading: String, width: Int, _ lines: [(layer: String, text: String)]) -> String {
    guard !lines.isEmpty else { return "" }
    var table = TextTable([.left(""), .left("")], hasHeader: false, indentation: 2)
    for line in lines { table.add([Self.shortName(line.layer, width: width), line.text]) }
    return heading.wrapped(to: width) + table.text
  }

  /// A layer's name in a table that is not about the name.
  static func shortName(_ layer: String, width: Int) -> String {
    layer.elided(to: max(12, width / 4))
  }

  // MARK: Figures

  /// The most panels of small multiples.
  static let mostPanels = 12

  static func chanceRules(_ chances: [Double]) -> [Rule] {
    Set(chances).sorted().prefix(3).map {
      .horizontal(at: $0, label: "chance \(NumberStyle.loss($0))")
    }
  }

  /// Of losses at a matched perplexity: where they are much alike one rule, else from the least to the
  /// greatest.
  static func nullRules(_ layers: [LayerEntanglement]) -> [Rule] {
    let nulls = layers.compactMap { $0.matched?.null?.mean }
    guard let least = nulls.min(), let greatest = nulls.max() else { return [] }
    if greatest < 1.05 * least {
      let mean = nulls.reduce(0, +) / Double(nulls.count)
      return [.horizontal(at: mean, label: "null \(NumberStyle.loss(mean))")]
    }
    return [
      .horizontal(
        at: least, label: "null \(NumberStyle.loss(least))–\(NumberStyle.loss(greatest))"),
      .horizontal(at: greatest, label: "null, the greatest", isNamed: false),
    ]
  }

  /// Whether lines of layers carry their intervals as bands: more of them would cover one another.
  var hasBands: Bool { profiles.count == 1 || layerNames.count <= 8 }

  /// What a description says of intervals that there are.
  var bandsText: String {
    hasBands
      ? " Bands are 95 % intervals."
      : " The 95 % intervals of so many lines are in the table alone."
  }
}
