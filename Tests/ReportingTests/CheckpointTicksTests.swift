import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

@Suite struct CheckpointTicksTests {
  private static func report(_ history: EntanglementHistory) throws -> Report {
    try Report(history, options: ReportOptions(version: "1", title: "run"))
  }

  @Test("Steps are drawn to scale, and by ratios where they grow so")
  func steps() throws {
    func ticks(_ steps: [Int]) throws -> [String] {
      let names = steps.map { "step_\($0)" }
      let history = EntanglementHistory(
        distance: .squaredEuclidean, quantities: [.curve, .minimum],
        profiles: steps.indices.map { index in
          EntanglementProfile(
            checkpoint: names[index], step: steps[index], file: "run.h5",
            layers: [
              LayerProfile(
                name: "a", index: 0, shape: [9, 2],
                entanglement: History.layer(loss: 1.5 - 0.01 * Double(index)))
            ])
        })
      let file = try #require(
        try Self.report(history).files(.svg).first { $0.name.hasPrefix("entanglement-over") })
      return file.contents.matches(of: /text-anchor="middle">([0-9]+)</).map { String($0.1) }
    }
    #expect(try ticks([0, 10, 20, 30]) == ["0", "10", "20", "30"])
    #expect(try ticks([0, 1, 2, 4, 8, 16, 32, 64]) == ["0", "1", "2", "5", "10", "20", "50"])
    let history = History.history([("a", Array(repeating: 1, count: 8))])
    let geometric = EntanglementHistory(
      distance: .squaredEuclidean, quantities: [.curve, .minimum],
      profiles: zip(history.profiles, [0, 2, 4, 8, 16, 32, 64, 128]).map {
        (profile: EntanglementProfile, step: Int) in
        EntanglementProfile(
          checkpoint: "epoch_\(step)", step: step, file: "run.h5", layers: profile.layers)
      })
    let svg = try #require(try Self.report(geometric).files(.svg).first)
    #expect(svg.contents.contains(">Epoch (linear to 2, then logarithmic)<"))
    #expect(try ticks((0..<200).map { $0 * 500 }).count <= 9)
  }
}
