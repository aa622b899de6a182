import Activations
import Entanglement
import Foundation
import TestSupport
import Testing

/// The library against values by PyTorch autograd in float64; `Fixtures/make_gradients.py` wrote
/// them, and they hold the gradients for activations as well.
@Suite struct AutogradTests {
  struct Case: Decodable, CustomTestStringConvertible {
    struct Point: Decodable {
      let temperature: Double
      let loss: Double
      let dx: [Double]
      /// nil for a minimum, where it is 0.
      let dT: Double?
    }

    let name: String
    let rows: Int
    let columns: Int
    let x: [Double]
    let labels: [Int64]
    let at: [Point]
    let minimum: Point?
    /// Nil where the formula of the authors' release is NaN.
    let cleverhans: Double?

    var testDescription: String { name }

    var matrix: ActivationMatrix {
      ActivationMatrix(sampleCount: rows, featureCount: columns, values: x.map(Float.init))
    }
  }

  static let cases: [Case] = {
    let url = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/gradients.json")
    guard let data = try? Data(contentsOf: url) else { return [] }
    return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
  }()

  @Test("The fixture is there, with interior minima and a case where the authors' release is NaN")
  func fixture() {
    #expect(Self.cases.count >= 10)
    #expect(Self.cases.count { $0.minimum != nil } >= 5)
    #expect(Self.cases.contains { $0.cleverhans == nil })
    for sample in Self.cases {
      #expect(sample.x.count == sample.rows * sample.columns)
      #expect(sample.at.allSatisfy { $0.dx.count == sample.x.count && $0.dT != nil })
    }
  }

  @Test("Loss and slope are those of autograd at every temperature", arguments: cases)
  func values(sample: Case) throws {
    let loss = SoftNearestNeighborLoss(
      LossSettings(
        sweep: try TemperatureSweep(sample.at.map(\.temperature), scale: .absolute),
        quantities: [.curve]))
    let layer = try loss.entanglement(of: sample.matrix, labels: ClassLabels(sample.labels))
    #expect(layer.curve.count == sample.at.count)
    for (point, expected) in zip(layer.curve, sample.at) {
      #expect(
        isClose(
          point.loss, expected.loss, relative: OracleTests.lossTolerance, absolute: 1e-12),
        "T = \(expected.temperature): \(point.loss) against \(expected.loss)")
      let slope = try #require(expected.dT) * expected.temperature
      #expect(
        isClose(
          point.slope, slope, relative: OracleTests.slopeTolerance,
          absolute: 1e-7 * max(1, expected.loss)),
        "T = \(expected.temperature): slope \(point.slope) against \(slope)")
    }
  }

  @Test("The minimum over T is that of autograd", arguments: cases.filter { $0.minimum != nil })
  func minimum(sample: Case) throws {
    let layer = try SoftNearestNeighborLoss()
      .entanglement(of: sample.matrix, labels: ClassLabels(sample.labels))
    let expected = try #require(sample.minimum)
    let found = try #require(layer.minimum)
    #expect(found.position == .interior)
    #expect(isClose(found.loss, expected.loss, relative: OracleTests.lossTolerance))
    // The loss is flat here: an error of 1e-7 in l is one of some 1e-3 in T.
    #expect(isClose(try #require(found.temperature), expected.temperature, relative: 2e-3))
  }
}
