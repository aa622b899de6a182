import Entanglement
import PairwiseDistances
import Testing

@Suite("Settings of the loss")
struct LossSettingsTests {
  private static let changes: [@Sendable (inout LossSettings) throws -> Void] = [
    { $0.distance = .cosine },
    { $0.precision = .double },
    { $0.sweep = try TemperatureSweep([0.1], scale: .meanDistance) },
    { $0.quantities = [.curve] },
    { $0.perplexityTarget = .count(30) },
    { $0.keepsInfluences = true },
    { $0.zeroRows = .skip },
    { $0.seed = 1 },
    { $0.scheduledTemperature = 2 },
    { $0.sampleSizes = SampleSizes([10]) },
    { $0.miniBatches = MiniBatches(size: 10, count: 2) },
    { $0.identitySeed = 0 },
    { $0.anchors = .count(10) },
  ]

  @Test("Each property shows in the text, so that results of other settings are not taken")
  func text() throws {
    #expect(Mirror(reflecting: LossSettings()).children.count == Self.changes.count)
    var texts = [LossSettings().text]
    for change in Self.changes {
      var settings = LossSettings()
      try change(&settings)
      #expect(settings != LossSettings())
      texts.append(settings.text)
    }
    #expect(Set(texts).count == texts.count)
  }

  @Test("The text does not depend on the order of a set")
  func order() {
    for _ in 0..<20 {
      let shuffled = Set(LossSettings.Quantity.allCases.shuffled())
      #expect(
        LossSettings(quantities: shuffled).text
          == LossSettings(quantities: Set(LossSettings.Quantity.allCases)).text)
    }
  }

  @Test("A number of neighbors is read back from its text")
  func target() {
    for target in [PerplexityTarget.count(30), .count(2.5), .share(0.05), .share(0.07)] {
      #expect(PerplexityTarget(text: target.text) == target)
    }
    #expect(PerplexityTarget.share(0.07).text == "7%")
    for text in ["", "%", "0", "-3", "inf", "nan", "5 %", "x"] {
      #expect(PerplexityTarget(text: text) == nil)
    }
  }
}
