internal import Charts
internal import Entanglement

/// A history as its sections see it, with what several of them say alike.
struct ReportedHistory: Sendable {
  let history: EntanglementHistory
  let ticks: CheckpointTicks
  let course: Course
  /// What one of the checkpoints is called.
  let noun: String

  /// How its figures are to look.
  let look: FigureLook

  init(_ history: EntanglementHistory, look: FigureLook = FigureLook()) {
    self.history = history
    self.look = look
    course = Course(history.profiles)
    let files = Set(history.profiles.map(\.file)).count
    noun = course != .apart ? "checkpoint" : files == history.profiles.count ? "file" : "group"
    ticks = CheckpointTicks(history.profiles, noun: noun)
  }

  var profiles: [EntanglementProfile] { history.profiles }
  var layerNames: [String] { history.layerNames }
  var layers: [LayerEntanglement] { profiles.flatMap(\.layers).map(\.entanglement) }
  var hasTraining: Bool { course == .training }

  /// How the names of files end that show the losses by checkpoint, or, where these are not a training,
  /// by layer.
  var courseName: String { hasTraining ? "over-training" : "by-layer" }

  /// Those of the last checkpoint, which the text is about.
  var lastLayers: [LayerProfile] { profiles.last?.layers ?? [] }

  /// How a heading ends of losses of the last checkpoint.
  var headingEnd: String { headingPlace + " (nats):" }

  private var headingPlace: String {
    switch course {
    case .lone: ""
    case .training: ", last checkpoint"
    case .apart: ", " + (profiles.last?.checkpoint ?? "")
    }
  }

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
    let names = shortNames(columns: Self.pageColumns)
    return PageTable(
      id: id, title: title,
      columns: [.init(name: "checkpoint"), .init(name: "layer")]
        + columns.map { .init(name: $0, isNumber: true) },
      rows: profiles.flatMap { profile in
        profile.layers.flatMap { layer in
          rows(layer).map {
            [.init(profile.checkpoint), .init(names(layer.name), title: layer.name)] + $0
          }
        }
      }, caption: caption)
  }

  /// A line a layer below a heading, behind their names; empty without a line.
  func lines(_ heading: String, width: Int, _ lines: [(layer: String, text: String)]) -> String {
    guard !lines.isEmpty else { return "" }
    var table = TextTable([.left(""), .left("")], hasHeader: false, indentation: 2)
    let names = shortNames(width: width)
    for line in lines { table.add([names(line.layer), line.text]) }
    return heading.wrapped(to: width) + table.text
  }

  /// The layers' names in a table that is not about the name.
  func shortNames(width: Int) -> (String) -> String { shortNames(columns: max(12, width / 4)) }

  /// Of a layer's name in a table of a page.
  static let pageColumns = 40

  /// The layers' names in so many columns of a terminal.
  func shortNames(columns: Int) -> (String) -> String {
    let names = layerNames
    let short = names.fitting(columns: columns)
    let byName = Dictionary(zip(names, short), uniquingKeysWith: { first, _ in first })
    return { byName[$0] ?? $0.elided(to: columns) }
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

  /// Whether lines carry their intervals as bands: more of them would cover one another.
  var hasBands: Bool { hasTraining ? layerNames.count <= 8 : profiles.count <= 4 }

  /// What a description says of intervals that there are.
  var bandsText: String {
    hasBands
      ? " Bands are 95 % intervals."
      : " The 95 % intervals of so many lines are in the table alone."
  }
}

/// What the checkpoints of a run are to one another.
enum Course: Sendable {
  /// One checkpoint, or none.
  case lone
  /// Moments of one training, in its order.
  case training
  /// Files or groups of which nothing says that one comes after the other, such as pretrained models.
  case apart

  init(_ profiles: [EntanglementProfile]) {
    let tellsMoment = profiles.contains { $0.step != nil || Self.isMoment($0.checkpoint) }
    self = profiles.count < 2 ? .lone : tellsMoment ? .training : .apart
  }

  /// Whether a name without a step tells when in the training it was.
  private static func isMoment(_ name: String) -> Bool {
    let words = name.lowercased().split { !$0.isLetter }.map(String.init)
    return words.contains { moments.contains($0) }
  }

  private static let moments: Set<String> = [
    "init", "initial", "initialization", "initialisation", "untrained", "before", "final",
    "trained", "last", "best", "after",
  ]
}
