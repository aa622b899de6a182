import Activations
import Analysis
import Entanglement
import Foundation
import TestSupport
import Testing

/// The format in which a result waits for its report.
@Suite struct StoredLayerTests {
  private static func layer() throws -> StoredLayer {
    var random = RandomActivations(seed: 3)
    let labels = random.labels(65, classes: 3)
    let values = random.values(labels, features: 7, separation: 0.5).map(Float.init)
    let matrix = ActivationMatrix(sampleCount: 65, featureCount: 7, values: values)
    var settings = LossSettings(
      quantities: Set(LossSettings.Quantity.allCases), keepsInfluences: true,
      scheduledTemperature: 0.7)
    settings.sampleSizes = SampleSizes([20, 40], seed: 1)
    settings.miniBatches = MiniBatches(size: 16, count: 4, seed: 2)
    settings.identitySeed = 4
    let result = try SoftNearestNeighborLoss(settings).entanglement(of: matrix, labels: labels)
    let projection = SampleProjection(of: matrix, labels: labels, distance: .squaredEuclidean)
    return StoredLayer(
      key: "a plan/3", values: ["0123"],
      outcomes: [
        .computed(result, projection: projection), .computed(result, projection: nil),
        .failed("NaN in row 3 – “mend” it.\n"),
      ])
  }

  private static func sealed(_ body: String) -> Data {
    var digest = ContentDigest()
    digest.add([UInt8](body.utf8))
    return Data("\(digest)\n\(body)".utf8)
  }

  @Test("What is written is read back to the bit, and written again with the same bytes")
  func roundTrip() throws {
    let layer = try Self.layer()
    let data = try layer.encoded()
    let read = try StoredLayer(decoding: data)
    #expect(read == layer)
    #expect(try read.encoded() == data)
    guard case .computed(let result, _) = read.outcomes[0] else {
      Issue.record("The first outcome is no result")
      return
    }
    #expect(result.influences != nil)
    #expect(result.samples != nil)
    #expect(result.resamples != nil)
    // Two, and all samples.
    #expect(result.sampleSizes.count == 3)
  }

  @Test("A file that is cut or has another byte anywhere is refused as damaged")
  func damaged() throws {
    let data = try Self.layer().encoded()
    for length in [0, 1, 32, 33, 34, data.count / 2, data.count - 1] {
      #expect(throws: StoredLayer.Refusal.damaged) {
        try StoredLayer(decoding: data.prefix(length))
      }
    }
    for place in stride(from: 0, to: data.count, by: max(1, data.count / 97)) {
      var changed = data
      changed[place] ^= 1
      #expect(throws: StoredLayer.Refusal.damaged, "byte \(place)") {
        try StoredLayer(decoding: changed)
      }
    }
    #expect(throws: StoredLayer.Refusal.damaged) {
      try StoredLayer(decoding: data + Data("x".utf8))
    }
    #expect(throws: StoredLayer.Refusal.damaged) { try StoredLayer(decoding: Self.sealed("{}")) }
  }

  @Test("A file of another format is refused by its name, whatever else it holds")
  func otherSchema() throws {
    #expect(throws: StoredLayer.Refusal.otherSchema("snn-analyze/layer/2")) {
      try StoredLayer(decoding: Self.sealed(#"{"schema":"snn-analyze/layer/2","layers":[]}"#))
    }
  }
}
