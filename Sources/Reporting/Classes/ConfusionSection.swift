internal import Charts
internal import Entanglement

/// Which classes hold the soft neighbors of which, as matrices; in the figure ordered by the tree
/// of the classes.
struct ConfusionSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard let structure = layer.entanglement.structure else { return [] }
    return [("softConfusion", structure.matrix(structure.confusion))]
  }

  var figures: [Figure] { [figure].compactMap(\.self) }

  /// The soft confusion of some layers at the first checkpoint and at the last, side by side; nil
  /// where the last one has none.
  ///
  /// Both matrices of a layer are in the order of its last tree, which stands beside the right one.
  private var figure: Figure? {
    guard let last = reported.profiles.last else { return nil }
    let withClasses = last.layers.filter { ($0.entanglement.structure?.classes.count ?? 0) > 1 }
    let shown = withClasses.spread(into: Self.mostLayers)
    guard !shown.isEmpty else { return nil }
    var table = CSVTable(["checkpoint", "step", "layer", "class", "neighborClass", "share"])
    var panels: [ChartGrid.Panel] = []
    var sentences: [String] = []
    for layer in shown {
      guard let structure = layer.entanglement.structure else { continue }
      let order = ShownClasses(structure, limit: Self.mostClasses)
      let first = reported.profiles.count > 1 ? reported.profiles.first : nil
      if let first, let early = first.layers.first(where: { $0.name == layer.name }),
        let before = early.entanglement.structure
      {
        panels.append(
          .heatmap(
            matrix(
              before, named: order.names(structure), tree: nil,
              title: "\(layer.name)\n\(reported.ticks.title(0))")))
        append(to: &table, first, early, before, names: order.names(structure))
      }
      let end = reported.profiles.count > 1 ? reported.ticks.title(reported.profiles.count - 1) : ""
      panels.append(
        .heatmap(
          matrix(
            structure, named: order.names(structure), tree: order.tree,
            title: end.isEmpty ? layer.name : "\(layer.name)\n\(end)")))
      append(to: &table, last, layer, structure, names: order.names(structure))
      sentences.append(sentence(layer, structure, order))
    }
    let chart = ChartGrid(
      title: "Which classes hold the soft neighbors of which", panels: panels, columns: 2,
      description:
        "Soft confusion: the mean share of the soft neighbors of each class (rows) that each class "
        + "(columns) holds, on a logarithmic scale that ends at "
        + "\(NumberStyle.loss(Self.leastShare)), first and last checkpoint side by side; classes in "
        + "the order of the tree at the last. " + sentences.joined(separator: " "))
    return Figure("class-confusion", .grid(chart), table: table, place: .matrices)
  }

  /// The classes of the names, in their order; those it lacks are gray.
  private func matrix(
    _ structure: ClassStructure, named names: [String], tree: Dendrogram?, title: String
  ) -> HeatmapChart {
    let places = Self.places(structure)
    return HeatmapChart(
      title: title, rows: names, columns: names,
      values: names.map { row in
        names.map { column -> Double? in
          guard let row = places[row], let column = places[column] else { return nil }
          return max(structure.confusion[row][column], Self.leastShare)
        }
      }, valueLabel: "Share of soft neighbors", domain: Self.leastShare...1, valueKind: .log,
      xLabel: "Class of the neighbors", yLabel: "Class", tree: tree, leavesTreeRoom: true,
      description: "")
  }

  private static func places(_ structure: ClassStructure) -> [String: Int] {
    Dictionary(
      zip(structure.classes, structure.classes.indices), uniquingKeysWith: { first, _ in first })
  }

  private func append(
    to table: inout CSVTable, _ profile: EntanglementProfile, _ layer: LayerProfile,
    _ structure: ClassStructure, names: [String]
  ) {
    let places = Self.places(structure)
    for row in names {
      for column in names {
        guard let first = places[row], let second = places[column] else { continue }
        table.rows.append(
          ReportedHistory.place(profile, layer)
            + [row, column, CSVTable.number(structure.confusion[first][second])])
      }
    }
  }

  private func sentence(
    _ layer: LayerProfile, _ structure: ClassStructure, _ shown: ShownClasses
  ) -> String {
    let all = structure.classes.count
    let part =
      shown.classes.count < all
      ? " (the \(shown.classes.count) most entangled of \(all) classes)" : ""
    guard let pair = structure.mostEntangledPairs(1).first else { return "\(layer.name)\(part)." }
    return "\(layer.name)\(part): at the last, \(structure.classes[pair.first]) and "
      + "\(structure.classes[pair.second]) are most entangled, at "
      + "\(NumberStyle.loss(pair.loss)) nats."
  }

  private static let mostLayers = 3
  private static let mostClasses = 40
  /// The end of the ramp: a thousandth of the neighbors.
  private static let leastShare = 1e-3
}
