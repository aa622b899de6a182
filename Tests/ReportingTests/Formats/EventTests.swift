import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

/// Scalars for TensorBoard.
@Suite struct EventTests {
  private static func history(
    _ layer: String, steps: [Int?], losses: [Double] = [0.5, 0.25], metric: Double? = nil,
    labeling: String? = nil
  ) -> EntanglementHistory {
    EntanglementHistory(
      distance: .squaredEuclidean, quantities: [.curve, .minimum],
      profiles: zip(steps, losses).enumerated().map { index, point in
        EntanglementProfile(
          checkpoint: "c\(index)", step: point.0, file: "run.h5",
          layers: [
            LayerProfile(
              name: layer, index: 0, shape: [899, 64], entanglement: History.layer(loss: point.1))
          ], metrics: metric.map { [TrainingMetric(name: "acc", value: $0)] } ?? [])
      }, labeling: labeling)
  }

  private static func events(_ histories: EntanglementHistory...) throws -> ReportEvents {
    try Report(histories, options: ReportOptions(version: "1", title: "run")).events
  }

  private static func contains(_ tag: String, _ events: ReportEvents) -> Bool {
    Data(events.bytes).range(of: Data(tag.utf8)) != nil
  }

  /// Made by tensorboardX 2.6.5: `Event.SerializeToString()` between lengths and `masked_crc32c`.
  private static let golden = """
    DwAAAAAAAABtUysJGg1icmFpbi5FdmVudDoy/JhRKboAAAAAAAAAEa0yDyq3AQobChRzbm5sL2IvYy9taW5pbXVtTG
    9zcxUAAAA/CiIKG3NubmwvYi9jL21pbmltdW1UZW1wZXJhdHVyZRUAAABACioKI3NubmwvYi9jL21pbmltdW1SZWxh
    dGl2ZVRlbXBlcmF0dXJlFc3MTD0KFgoPc25ubC9iL2MvY2hhbmNlFTMzE0AKHAoVc25ubC9iL2MvbWVhbkRpc3Rhbm
    NlFQAAIEIKEgoLbWV0cmljcy9hY2MVAAAAAMxhnia9AAAAAAAAAGMhKQkQrAIqtwEKGwoUc25ubC9iL2MvbWluaW11
    bUxvc3MVAACAPgoiChtzbm5sL2IvYy9taW5pbXVtVGVtcGVyYXR1cmUVAAAAQAoqCiNzbm5sL2IvYy9taW5pbXVtUm
    VsYXRpdmVUZW1wZXJhdHVyZRXNzEw9ChYKD3NubmwvYi9jL2NoYW5jZRUzMxNAChwKFXNubmwvYi9jL21lYW5EaXN0
    YW5jZRUAACBCChIKC21ldHJpY3MvYWNjFQAAAABO2lpa
    """

  @Test("Events are those that protobuf and TFRecord make of the same scalars, to the byte")
  func bytes() throws {
    let events = try Self.events(Self.history("b/c", steps: [0, 300], metric: 0))
    #expect(
      Data(events.bytes)
        == Data(base64Encoded: Self.golden, options: .ignoreUnknownCharacters))
    #expect(events.notes.isEmpty)
  }

  @Test("Without a step of each, checkpoints stand at their positions, and a note says so")
  func positions() throws {
    let positions = try Self.events(Self.history("a", steps: [0, 1]))
    let partial = try Self.events(Self.history("a", steps: [nil, 300]))
    let alike = try Self.events(Self.history("a", steps: [7, 7]))
    #expect(partial.bytes == positions.bytes && alike.bytes == positions.bytes)
    #expect(positions.notes.isEmpty)
    #expect(partial.notes.first?.contains("not all have a step") == true)
    #expect(alike.notes.first?.contains("several have the same step") == true)
  }

  @Test("A number that 32 bits do not hold is left out by name")
  func tooLarge() throws {
    let events = try Self.events(Self.history("a", steps: [0, 1], losses: [0.5, 1e39]))
    #expect(events.notes.count == 1)
    #expect(events.notes.first?.contains("1 values that do not fit") == true)
    #expect(events.notes.first?.contains("snnl/a/minimumLoss") == true)
  }

  @Test("Labelings have tags of their own, in which a slash is none of the layer's")
  func labelings() throws {
    let events = try Self.events(
      Self.history("a", steps: [0, 1], labeling: "labels"),
      Self.history("a", steps: [0, 1], labeling: "meta/x@y%"))
    #expect(Self.contains("snnl/a/minimumLoss@labels", events))
    #expect(Self.contains("snnl/a/minimumLoss@meta%2Fx%40y%25", events))
  }
}
