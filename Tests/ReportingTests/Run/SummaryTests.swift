import Entanglement
import PairwiseDistances
import Reporting
import Testing

@Suite struct SummaryTests {
  private static func text(_ history: EntanglementHistory) throws -> String {
    try Report(history, options: ReportOptions(version: "1", title: "run"))
      .terminalText(width: 100, color: false)
  }

  @Test("The words say which layers disentangled and which changed most")
  func disentangled() throws {
    let both = try Self.text(History.history([("a", [2.0, 1.0]), ("b", [2.2, 0.1])]))
    #expect(
      both.replacing("\n", with: " ")
        .contains(
          "By the minimum over T, every layer disentangled; b changed most, from 2.20 to 0.100 nats. "
            + "At epoch_1 the classes are least entangled in b, at 0.100 nats."))
    let mixed = try Self.text(History.history([("a", [1.0, 2.0]), ("b", [2.2, 0.1])]))
    #expect(mixed.contains("1 layer disentangled, 1 became more entangled"))
    let some = try Self.text(History.history([("a", [1.0, 1.0]), ("b", [2.2, 0.1])]))
    #expect(some.contains("1 of 2 layers disentangled"))
    let still = try Self.text(History.history([("a", [1.0, 1.0])]))
    #expect(still.contains("no layer changed by more than one percent."))
  }

  @Test(
    "The headline is by the number to quote: the loss at the matched perplexity where it is known")
  func matched() throws {
    let layers = [("a", 0.1, 0.5), ("b", 0.2, 0.3)].enumerated().map { index, layer in
      LayerProfile(
        name: layer.0, index: index, shape: [899, 64],
        entanglement: History.layer(loss: layer.1, matched: layer.2))
    }
    let profile = EntanglementProfile(checkpoint: "run", step: nil, file: "run.h5", layers: layers)
    let history = EntanglementHistory(
      distance: .squaredEuclidean, quantities: [.curve, .minimum, .perplexity], profiles: [profile])
    let text = try Self.text(history).replacing("\n", with: " ")
    // By the minimum it would be a.
    #expect(
      text.contains("least entangled in b, at 0.300 nats, by the loss at the matched perplexity."))
  }

  @Test("Files that are no training have layers along the axis, and none of its words")
  func apart() throws {
    let report = try Report(
      History.models(["resnet18", "vit_b_16"]), options: ReportOptions(version: "1", title: "run"))
    let text = report.terminalText(width: 100, color: false).replacing("\n", with: " ")
    #expect(text.contains("of 2 layers in 2 files"))
    #expect(text.contains("In vit_b_16 the classes are least entangled in b"))
    #expect(!text.contains("disentangled") && !text.contains("change is first to last"))
    let figures = report.files(.svg)
    #expect(
      figures.map(\.name) == [
        "entanglement-by-layer.svg", "temperature-curves.svg", "temperature-curves-by-file.svg",
        "layer-file-heatmap.svg",
      ])
    for figure in figures { #expect(!figure.contents.contains("training")) }
    let lines = figures[0].contents.matches(of: /data-name="([^"]*)"/).map { String($0.1) }
    #expect(lines == ["resnet18", "vit_b_16"])
    // Names that tell moments are a training without steps too.
    let trained = try Report(
      History.models(["init", "final"]), options: ReportOptions(version: "1", title: "run"))
    #expect(trained.files(.svg)[0].name == "entanglement-over-training.svg")
  }

  @Test("A lone checkpoint is no training, and its losses are no matrix")
  func lone() throws {
    let figures = try Report(
      History.single(History.layer(loss: 1)), options: ReportOptions(version: "1", title: "run")
    ).files(.svg)
    #expect(figures.map(\.name) == ["entanglement-by-layer.svg", "temperature-curves.svg"])
    #expect(figures.allSatisfy { !$0.contents.contains("training") })
  }

  @Test("A minimum at an end, and a layer at chance, are explained")
  func ends() throws {
    let zero = try Self.text(History.single(History.layer(loss: 0, position: .zero)))
    #expect(zero.contains("the loss falls towards T → 0 without a minimum"))
    #expect(zero.contains("→ 0"))
    let infinity = try Self.text(
      History.single(History.layer(loss: 2.3, position: .infinity, isConstant: true)))
    #expect(infinity.contains("only is at chance"))
    #expect(infinity.contains("→ ∞"))
    #expect(infinity.contains("All rows of only are equal"))
  }

  @Test("Singletons are counted in words")
  func singletons() throws {
    let text = try Self.text(History.single(History.layer(loss: 1, singletons: 3)))
    #expect(text.replacing("\n", with: " ").contains("3 samples alone in their class"))
  }

  @Test("Nothing to report is said, not trapped over")
  func empty() throws {
    #expect(try Self.text(History.history([])).contains("no layer could be computed"))
  }
}
