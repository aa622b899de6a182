import Activations
import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The figures about classes and certainty.
@Suite struct ClassFigureTests {
  /// Classes on a line, nearer to one another at the first checkpoint than at the last.
  private static func history(classes: Int, gaps: [Float]) throws -> EntanglementHistory {
    let size = 8
    let count = classes * size
    let loss = SoftNearestNeighborLoss()
    let labels = ClassLabels((0..<count).map { "c\($0 / size)" })
    let profiles = try gaps.enumerated().map { step, gap in
      let values = (0..<count).map { row -> Float in
        // Not in the order of their names.
        let place = Float((row / size) * 7 % classes)
        return gap * place * (1 + 0.01 * place) + Float(row * row % 89) / 30
      }
      let matrix = ActivationMatrix(sampleCount: count, featureCount: 1, values: values)
      return EntanglementProfile(
        checkpoint: "epoch_\(step)", step: step, file: "run.h5",
        layers: [
          LayerProfile(
            name: "only", index: 0, shape: [count, 1],
            entanglement: try loss.entanglement(of: matrix, labels: labels))
        ])
    }
    return EntanglementHistory(
      distance: .squaredEuclidean, quantities: loss.settings.quantities, profiles: profiles)
  }

  private static func files(
    _ format: ReportFormat, _ history: EntanglementHistory
  ) throws -> [String: String] {
    let report = try Report(history, options: ReportOptions(version: "1", title: "run"))
    return Dictionary(uniqueKeysWithValues: report.files(format).map { ($0.name, $0.contents) })
  }

  private static func rows(_ table: String?) throws -> [[String]] {
    try #require(table).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test("The soft confusion stands in the order of the last tree, which is drawn once a layer")
  func confusion() throws {
    let history = try Self.history(classes: 10, gaps: [0.3, 1])
    let structure = try #require(history.profiles[1].layers[0].entanglement.structure)
    let tree = try #require(structure.tree)
    let order = tree.leafOrder.map { structure.classes[$0] }
    let rows = try Self.rows(try Self.files(.csv, history)["class-confusion.csv"])
    #expect(rows.count == 2 * 100)
    for (index, row) in rows.enumerated() {
      let (first, second) = (tree.leafOrder[index % 100 / 10], tree.leafOrder[index % 10])
      let found = try #require(history.profiles[index / 100].layers[0].entanglement.structure)
      #expect(row[0] == "epoch_\(index / 100)")
      #expect(row[3] == order[index % 100 / 10] && row[4] == order[index % 10])
      #expect(Double(row[5]) == found.confusion[first][second])
    }
    let svg = try #require(try Self.files(.svg, history)["class-confusion.svg"])
    #expect(svg.components(separatedBy: "class=\"dendrogram\"").count == 2)
    // From top to bottom the rows of the matrices are the leaves of the tree, which crosses no line,
    // and so are the columns of both.
    let document = try XMLDocument(xmlString: svg)
    let texts = try document.nodes(forXPath: "//*[local-name()='text']").compactMap(\.stringValue)
      .filter { order.contains($0) }
    #expect(texts == order + order + order)
    #expect(svg.components(separatedBy: "class=\"color-bar\"").count == 2)
  }

  @Test("All layers have one order of the classes; each its own where that is asked for")
  func classOrders() throws {
    let one = try Self.history(classes: 6, gaps: [0.3]).profiles[0].layers[0].entanglement
    let other = try Self.history(classes: 6, gaps: [-2]).profiles[0].layers[0].entanglement
    let history = EntanglementHistory(
      distance: .squaredEuclidean, quantities: [.curve, .minimum, .perplexity, .classes],
      profiles: [
        EntanglementProfile(
          checkpoint: "run", step: nil, file: "run.h5",
          layers: [("a", one), ("b", other)].enumerated().map {
            LayerProfile(name: $1.0, index: $0, shape: [48, 1], entanglement: $1.1)
          })
      ])
    func orders(_ look: FigureLook) throws -> [[String]] {
      let report = try Report(
        history, options: ReportOptions(look: look, version: "1", title: "run"))
      let table = report.files(.csv).first { $0.name == "class-confusion.csv" }
      let rows = try Self.rows(table?.contents)
      return ["a", "b"].map { layer in
        stride(from: 0, to: 36, by: 6).map { rows.filter { $0[2] == layer }[$0][3] }
      }
    }
    let shared = try orders(FigureLook())
    #expect(shared[0] == shared[1])
    let own = try orders(FigureLook(classOrder: .layer))
    for (layer, found) in zip([one, other], own) {
      let structure = try #require(layer.structure)
      let tree = try #require(structure.tree)
      #expect(found == tree.leafOrder.map { structure.classes[$0] })
    }
  }

  @Test("Of many classes the figures show the most entangled ones, and say so")
  func manyClasses() throws {
    let history = try Self.history(classes: 120, gaps: [1])
    let files = try Self.files(.svg, history)
    let confusion = try #require(files["class-confusion.svg"])
    #expect(confusion.contains("the 100 most entangled of 120 classes"))
    #expect(try Self.rows(try Self.files(.csv, history)["class-confusion.csv"]).count == 100 * 100)
    let trajectories = try #require(files["class-losses.svg"])
    #expect(trajectories.contains("the 12 classes of largest loss among 120"))
    #expect(trajectories.components(separatedBy: "class=\"panel\"").count == 13)
  }

  @Test("Bands are the intervals of the report")
  func bands() throws {
    let history = try Self.history(classes: 3, gaps: [0.3, 1])
    let (figures, tables) = (try Self.files(.svg, history), try Self.files(.csv, history))
    for name in ["perplexity-over-training", "class-trajectories"] {
      let svg = try #require(figures["\(name).svg"])
      #expect(svg.contains("class=\"band\"") && svg.contains("95 % intervals"))
    }
    let matched = history.profiles.map { $0.layers[0].entanglement.matched }
    let rows = try Self.rows(tables["perplexity-over-training.csv"])
    #expect(rows.map { Double($0[5]) } == matched.map { $0?.loss })
    #expect(rows.map { Double($0[6]) } == matched.map { $0?.interval?.lower })
    #expect(rows.map { Double($0[7]) } == matched.map { $0?.interval?.upper })
    let minima = try Self.rows(tables["entanglement-over-training.csv"])
    let found = history.profiles.map { $0.layers[0].entanglement.minimum }
    #expect(minima.map { Double($0[4]) } == found.map { $0?.interval?.lower })
    let classes = try Self.rows(tables["class-trajectories.csv"])
    #expect(classes.count == 2 * 3)
    let losses = history.profiles.flatMap { $0.layers[0].entanglement.structure?.losses ?? [] }
    #expect(classes.map { Double($0[6]) } == losses.map(\.loss))
    #expect(classes.map { Double($0[8]) } == losses.map { $0.interval?.upper })
  }

  @Test("Without classes there are no such figures")
  func none() throws {
    let names = try Self.files(.svg, History.history([("a", [2, 1])])).keys
    #expect(!names.contains { $0.hasPrefix("class-") || $0.hasPrefix("perplexity-over") })
  }
}
