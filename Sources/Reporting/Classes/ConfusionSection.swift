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
  /// All matrices are in one order, of the tree of the layers' mean entanglement at the last checkpoint,
  /// or where that is asked for each layer's in the order of its own.
  private var figure: Figure? {
    guard let last = reported.profiles.last else { return nil }
    let withClasses = last.layers.filter { ($0.entanglement.structure?.classes.count ?? 0) > 1 }
    let shown = withClasses.spread(into: Self.mostLayers).compactMap { layer in
      layer.entanglement.structure.map { (layer: layer, structure: $0) }
    }
    guard !shown.isEmpty else { return nil }
    let first = reported.profiles.count > 1 ? reported.profiles.first : nil
    let byLayer = reported.look.classOrder == .layer
    let shared = ShownClasses(shown.map(\.structure), limit: Self.mostClasses)
    var table = CSVTable(["checkpoint", "step", "layer", "class", "neighborClass", "share"])
    var rows: [MatrixGrid.Row] = []
    for (layer, structure) in shown {
      let order = byLayer ? ShownClasses([structure], limit: Self.mostClasses) : shared
      var panels: [MatrixGrid.Panel] = []
      if let first, let early = first.layers.first(where: { $0.name == layer.name }),
        let before = early.entanglement.structure
      {
        panels.append(
          panel(before, named: order.names, title: layer.name, subtitle: reported.ticks.title(0)))
        append(to: &table, first, early, before, names: order.names)
      }
      let end = first == nil ? "" : reported.ticks.title(reported.profiles.count - 1)
      panels.append(panel(structure, named: order.names, title: layer.name, subtitle: end))
      append(to: &table, last, layer, structure, names: order.names)
      rows.append(MatrixGrid.Row(names: order.names, tree: order.tree, panels: panels))
    }
    if first == nil, !byLayer {
      // Layers of one checkpoint in one order stand side by side.
      rows = [
        MatrixGrid.Row(names: shared.names, tree: shared.tree, panels: rows.flatMap(\.panels))
      ]
    }
    let all = shown.map(\.structure.classes.count).max() ?? 0
    let part =
      shared.names.count < all
      ? " (the \(shared.names.count) most entangled of \(all) classes)" : ""
    let chart = MatrixGrid(
      title: "Which classes hold the soft neighbors of which", rows: rows,
      valueLabel: "Share of soft neighbors", domain: Self.leastShare...1, valueKind: .log,
      xLabel: "Class of the neighbors", yLabel: "Class",
      description:
        "Soft confusion: the mean share of the soft neighbors of each class (rows) that each class "
        + "(columns) holds\(part), on a logarithmic scale that ends at "
        + "\(NumberStyle.loss(Self.leastShare))"
        + (first == nil ? "" : ", first and last \(reported.noun) side by side")
        + "; classes in the order of "
        + (byLayer ? "each layer's tree" : "one tree, of the mean over the layers shown")
        + (first == nil ? ". " : ", at the last. ")
        + shown.map(sentence).joined(separator: " "))
    return Figure("class-confusion", .matrices(chart), table: table, place: .matrices)
  }

  /// The classes of the names, in their order; those it lacks are gray.
  private func panel(
    _ structure: ClassStructure, named names: [String], title: String, subtitle: String
  ) -> MatrixGrid.Panel {
    let places = Self.places(structure)
    return MatrixGrid.Panel(
      title: title, subtitle: subtitle,
      values: names.map { row in
        names.map { column -> Double? in
          guard let row = places[row], let column = places[column] else { return nil }
          return max(structure.confusion[row][column], Self.leastShare)
        }
      })
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

  private func sentence(_ layer: LayerProfile, _ structure: ClassStructure) -> String {
    guard let pair = structure.mostEntangledPairs(1).first else { return "\(layer.name)." }
    return "\(layer.name): \(structure.classes[pair.first]) and "
      + "\(structure.classes[pair.second]) are most entangled, at "
      + "\(NumberStyle.loss(pair.loss)) nats."
  }

  private static let mostLayers = 3
  private static let mostClasses = 100
  /// The end of the ramp: a thousandth of the neighbors.
  private static let leastShare = 1e-3
}
