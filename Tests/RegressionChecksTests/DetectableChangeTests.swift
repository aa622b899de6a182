import Entanglement
import RegressionChecks
import TestSupport
import Testing

/// The least change that a check says it detects.
@Suite struct DetectableChangeTests {
  /// The 0.975 quantile of the standard normal distribution, that of 1 − 0.05/4, and the 0.8 one.
  private static let (single, double, power) = (
    1.959963984540054, 2.241402727604945, 0.8416212335729143
  )

  private static func run(
    _ layers: [(loss: Double, influences: [Double])], classes: [ClassSize] = [],
    largestShare: Double? = nil
  ) -> RunMeasurements {
    RunMeasurements(
      settings: [:],
      checkpoints: [
        RunMeasurements.Checkpoint(
          name: "last", step: nil,
          samples: SampleFingerprint(
            sampleCount: layers[0].influences.count, classes: classes, ids: nil, labels: "same",
            isInFileOrder: true),
          layers: layers.enumerated().map { index, layer in
            RunMeasurements.Layer(
              name: "layer\(index)", activations: nil,
              measurements: LayerMeasurements(
                sampleCount: layer.influences.count, featureCount: 1,
                outcomes: [
                  .minimum: .measured(
                    Measurement(
                      value: layer.loss, influences: layer.influences, largestShare: largestShare))
                ]))
          })
      ])
  }

  private static func comparison(
    of observed: RunMeasurements, against baseline: RunMeasurements, absolute: Double = 0
  ) throws -> CheckResult.Comparison {
    let rules = [
      RegressionRule(
        measure: .minimum, tolerance: Tolerance(side: .upper, absolute: absolute, relative: 0))
    ]
    let check = RegressionCheck(of: observed, against: baseline, rules: rules)
    return try #require(check.results[0].comparison)
  }

  /// max(z·s, limit) + z_0.8·s with s² = s(0)² + share·δ.
  private static func needed(
    _ change: Double, error: Double, share: Double, limit: Double, quantile: Double
  ) -> Double {
    let spread = (error * error + share * change).squareRoot()
    return max(quantile * spread, limit) + power * spread
  }

  @Test(
    "It is the change that, with the spread it brings, is just separated and material",
    arguments: [0.0, 0.02, 0.5], [1, 2])
  func equation(limit: Double, layers: Int) throws {
    let before = [0.01, -0.02, 0.01, 0, 0.005, -0.005]
    let after = [0.012, -0.019, 0.008, 0, 0.004, -0.005]
    let found = try Self.comparison(
      of: Self.run(Array(repeating: (0.5, after), count: layers), largestShare: 0.3),
      against: Self.run(Array(repeating: (0.5, before), count: layers)), absolute: limit)
    #expect(found.spreadShare == 0.02 && found.largestShare == 0.3)
    for (change, share) in [
      (found.minimumDetectableSpread, 0.02), (try #require(found.minimumDetectable), 0.3),
    ] {
      #expect(
        isClose(
          change,
          Self.needed(
            change, error: found.standardError, share: share, limit: limit,
            quantile: layers == 1 ? Self.single : Self.double), relative: 1e-9))
      #expect(change > limit)
    }
  }

  @Test("A sample may at least come to lie among all classes, however well they are separated")
  func chance() throws {
    let influences = Array(repeating: 1e-9, count: 40)
    let classes = [ClassSize(name: "a", count: 20), ClassSize(name: "b", count: 20)]
    let found = try Self.comparison(
      of: Self.run([(1e-6, influences)], classes: classes),
      against: Self.run([(1e-6, influences)], classes: classes))
    // log(39/19)/40
    #expect(isClose(found.spreadShare, 0.7191226674 / 40, relative: 1e-8))
    // (z + z_0.8)²·R/n, the error being nothing: as many samples of R each.
    let factor = (Self.single + Self.power) * (Self.single + Self.power)
    #expect(
      isClose(found.minimumDetectableSpread, factor * found.spreadShare, relative: 1e-6))
    #expect(found.minimumDetectable == nil)
  }

  @Test("More samples detect less, in proportion where a change comes in a few of them")
  func sampleCount() throws {
    let sizes = try [100, 400].map { count in
      let influences = (0..<count).map { ($0 % 2 == 0 ? 1.0 : -1) / Double(count) }
      return try Self.comparison(
        of: Self.run([(0.5, influences)]), against: Self.run([(0.5, influences)])
      ).minimumDetectableSpread
    }
    #expect(isClose(sizes[0], 4 * sizes[1], relative: 1e-9))
  }
}
