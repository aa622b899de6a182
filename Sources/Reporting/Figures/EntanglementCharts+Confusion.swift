internal import Charts
internal import ElementaryFunctions
internal import Entanglement

/// Which classes hold the soft neighbors of which, as matrices ordered by the tree of the classes.
extension EntanglementCharts {
  /// The soft confusion of some layers at the first checkpoint and at the last, side by side; nil
  /// where the last one has none.
  ///
  /// Both matrices of a layer are in the order of its last tree, which stands beside the right one.
  var confusion: Figure? {
    guard let last = history.profiles.last else { return nil }
    let withClasses = last.layers.filter { ($0.entanglement.structure?.classes.count ?? 0) > 1 }
    let shown = TextReport.spread(withClasses.count, into: Self.mostConfusionLayers)
      .map { withClasses[$0] }
    guard !shown.isEmpty else { return nil }
    var table = CSVTable(["checkpoint", "step", "layer", "class", "neighborClass", "share"])
    var panels: [ChartGrid.Panel] = []
    var sentences: [String] = []
    for layer in shown {
      guard let structure = layer.entanglement.structure else { continue }
      let order = ShownClasses(structure, limit: Self.mostConfusionClasses)
      let first = history.profiles.count > 1 ? history.profiles.first : nil
      if let first, let early = first.layers.first(where: { $0.name == layer.name }),
        let before = early.entanglement.structure
      {
        panels.append(
          .heatmap(
            matrix(
              before, named: order.names(structure), tree: nil,
              title: "\(layer.name)\n\(ticks.title(0))")))
        append(to: &table, first, early, before, names: order.names(structure))
      }
      let end = history.profiles.count > 1 ? ticks.title(history.profiles.count - 1) : ""
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
    return Figure("class-confusion", chart, table: table)
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
          CSVReport.place(profile, layer)
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
      + "\(NumberStyle.loss(100 * pair.entanglement)) % of chance."
  }

  private static let mostConfusionLayers = 3
  private static let mostConfusionClasses = 40
  /// The end of the ramp: a thousandth of the neighbors.
  private static let leastShare = 1e-3
}

/// The classes a figure shows, in the order of their tree's leaves.
struct ShownClasses {
  /// By their place in the structure.
  let classes: [Int]
  /// Its leaves are the classes as they stand here; nil for fewer than two.
  let tree: Dendrogram?

  /// All classes with two samples or more, or those of the most entangled pairs.
  init(_ structure: ClassStructure, limit: Int) {
    var chosen = structure.classes.indices.filter { structure.counts[$0] > 1 }
    if chosen.count > limit {
      var found: Set<Int> = []
      for pair in structure.mostEntangledPairs(limit * limit) where found.count < limit {
        found.insert(pair.first)
        if found.count < limit { found.insert(pair.second) }
      }
      chosen = found.sorted()
    }
    guard chosen.count > 1 else {
      (classes, tree) = (Array(structure.classes.indices.prefix(limit)), nil)
      return
    }
    let found = ClassTree(classes: chosen, classCount: structure.classes.count) {
      structure.entanglement($0, $1) ?? 0
    }
    classes = found.leafOrder
    tree = Dendrogram(found, classCount: structure.classes.count)
  }

  func names(_ structure: ClassStructure) -> [String] { classes.map { structure.classes[$0] } }
}

extension Dendrogram {
  /// The tree with its leaves numbered in the order in which they stand. Heights are logarithms of
  /// how much less entangled branches are than the most entangled ones, to a thousandth.
  init(_ tree: ClassTree, classCount: Int) {
    let count = tree.leafOrder.count
    var nodes = Dictionary(
      zip(tree.leafOrder, 0..<count), uniquingKeysWith: { first, _ in first })
    // The leftmost leaf of each node, so that no lines cross.
    var starts = nodes
    var merges: [Merge] = []
    let most = tree.merges.map(\.entanglement).max() ?? 0
    func height(_ entanglement: Double) -> Double {
      most > 0 ? Elementary.log(1.25 * most / max(entanglement, 1e-3 * most)) : 1
    }
    for (index, merge) in tree.merges.enumerated() {
      let (left, right) = (starts[merge.left] ?? 0, starts[merge.right] ?? 0)
      let (first, second) = left < right ? (merge.left, merge.right) : (merge.right, merge.left)
      merges.append(
        Merge(nodes[first] ?? 0, nodes[second] ?? 0, height: height(merge.entanglement)))
      nodes[classCount + index] = count + index
      starts[classCount + index] = min(left, right)
    }
    self.init(leafCount: count, merges: merges)
  }
}
