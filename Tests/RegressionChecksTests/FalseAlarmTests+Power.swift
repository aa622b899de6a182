import Activations
import Entanglement
import RegressionChecks
import TestSupport
import Testing

extension FalseAlarmTests {
  /// A way in which a layer gets worse, by a strength.
  enum Harm: String, CaseIterable {
    /// Every sample has more noise.
    case noise = "more noise"
    /// The classes come closer to one another, each as a whole.
    case pulled = "classes pulled together"
    /// Some samples come to lie where samples of another class do.
    case moved = "samples moved into other classes"

    /// From none to what leaves little of the classes.
    var strengths: [Double] {
      switch self {
      case .noise: [0.3, 0.35, 0.4, 0.5, 0.65, 0.8, 1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 4, 5]
      case .pulled: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1]
      case .moved: [0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.18, 0.25, 0.35, 0.5, 0.7]
      }
    }

    func matrix(
      _ matrix: ActivationMatrix, _ labels: ClassLabels, _ strength: Double,
      _ random: inout RandomActivations
    ) -> ActivationMatrix {
      switch self {
      case .noise: return SimulatedRuns.noisy(matrix, strength, &random)
      case .pulled:
        return SimulatedRuns.noisy(Self.pulled(matrix, labels, strength), 0.3, &random)
      case .moved:
        // A number between two whole ones is each of them in turn.
        let wanted = strength * Double(matrix.sampleCount)
        let count = Int(wanted + random.uniform())
        let order = random.shuffled(matrix.sampleCount)
        var rows = Array(0..<matrix.sampleCount)
        for row in order.prefix(count) {
          rows[row] =
            random.shuffled(matrix.sampleCount)
            .first { labels.indices[$0] != labels.indices[row] } ?? row
        }
        return SimulatedRuns.noisy(matrix.rows(rows), 0.3, &random)
      }
    }

    /// Every class moved by a share of the way from its mean to that of all.
    private static func pulled(
      _ matrix: ActivationMatrix, _ labels: ClassLabels, _ share: Double
    ) -> ActivationMatrix {
      let (rows, features) = (matrix.sampleCount, matrix.featureCount)
      let counts = labels.counts
      var means = labels.names.map { _ in Array(repeating: 0.0, count: features) }
      for row in 0..<rows {
        for feature in 0..<features {
          let index = Int(labels.indices[row])
          means[index][feature] += matrix[row, feature] / Double(counts[index])
        }
      }
      let middle = (0..<features).map { feature in
        means.reduce(0) { $0 + $1[feature] } / Double(means.count)
      }
      return ActivationMatrix(
        sampleCount: rows, featureCount: features,
        values: (0..<rows).flatMap { row in
          (0..<features).map { feature in
            let mean = means[Int(labels.indices[row])][feature]
            return Float(matrix[row, feature] - share * (mean - middle[feature]))
          }
        })
    }
  }

  /// The rise of a number with the strength of a harm, on average over draws.
  private struct Calibration {
    let strengths: [Double]
    let levels: [Double]

    /// The strength that raises the number so far above no harm; nil where none does.
    func strength(raising rise: Double) -> Double? {
      let wanted = levels[0] + rise
      guard let above = levels.firstIndex(where: { $0 >= wanted }), above > 0 else { return nil }
      let share = (wanted - levels[above - 1]) / (levels[above] - levels[above - 1])
      return strengths[above - 1] + share * (strengths[above] - strengths[above - 1])
    }
  }

  /// A rise to plant, in units of what is printed.
  private struct Rise {
    let harm: Harm
    let factor: Double
    let isSpread: Bool
    var planted = 0
    var found = 0

    var text: String {
      "\(harm.rawValue), \(factor) times \"\(isSpread ? "if spread" : "detects")\": \(found) of "
        + "\(planted) are found"
    }
  }

  @Test("A rise of the size that is printed is found in four checks of five, whatever it comes of")
  func power() throws {
    let measure = Measure.perplexity(.standard)
    let place = 2
    let (name, matrix) = simulation.layers[place]
    let labels = simulation.labels
    func measured(
      _ harm: Harm, _ strength: Double, _ random: inout RandomActivations
    ) throws -> RunMeasurements.Layer {
      try SimulatedRuns.measured(
        name, harm.matrix(matrix, labels, strength, &random), labels, [measure])
    }
    var random = RandomActivations(seed: 3)
    let calibrations = try Harm.allCases.map { harm in
      Calibration(
        strengths: harm.strengths,
        levels: try harm.strengths.map { strength in
          let draws = 12
          return try (0..<draws).reduce(0) { sum, _ in
            sum + (try value(measured(harm, strength, &random), measure)) / Double(draws)
          }
        })
    }
    var rises = Harm.allCases.flatMap { harm in
      [1.0, 2, 4].map { Rise(harm: harm, factor: $0, isSpread: false) }
        + (harm == .moved ? [] : [1.0, 2].map { Rise(harm: harm, factor: $0, isSpread: true) })
    }
    var printed: [[Double]] = []
    for pair in 0..<simulation.count {
      var random = RandomActivations(seed: UInt64(30_000 + pair))
      let runs = try (0..<2).map { _ in
        try simulation.layers.map {
          try SimulatedRuns.measured(
            $0.name, SimulatedRuns.noisy($0.matrix, 0.3, &random), labels, [measure])
        }
      }
      let baseline = SimulatedRuns.run(runs[0], labels)
      let comparison = try #require(
        SimulatedRuns.check(SimulatedRuns.run(runs[1], labels), baseline, [.standard()])
          .results[place].comparison)
      let sizes = [try #require(comparison.minimumDetectable), comparison.minimumDetectableSpread]
      printed.append(sizes)
      for index in rises.indices {
        let calibration = try #require(
          zip(Harm.allCases, calibrations).first { $0.0 == rises[index].harm }?.1)
        // Four times what is printed may be more than the layer can get worse.
        guard
          let strength = calibration.strength(
            raising: rises[index].factor * sizes[rises[index].isSpread ? 1 : 0])
        else { continue }
        var planted = runs[1]
        planted[place] = try measured(rises[index].harm, strength, &random)
        let check = SimulatedRuns.check(
          SimulatedRuns.run(planted, labels), baseline, [.standard()])
        rises[index].planted += 1
        if check.results[place].verdict == .regression { rises[index].found += 1 }
      }
    }
    if simulation.isLong {
      for column in 0...1 {
        let sizes = printed.map { $0[column] }
        print("power, printed: \(sizes.min() ?? 0) to \(sizes.max() ?? 0)")
      }
    }
    for rise in rises {
      if simulation.isLong { print("power, " + rise.text) }
      if rise.factor == 1 { #expect(rise.planted == simulation.count, "\(rise.text)") }
      guard rise.planted > 0 else { continue }
      let slack =
        simulation.isLong ? 0 : 3 * (0.16 / Double(rise.planted)).squareRoot()
      #expect(Double(rise.found) / Double(rise.planted) >= 0.8 - slack, "\(rise.text)")
    }
  }

  private func value(_ layer: RunMeasurements.Layer, _ measure: Measure) throws -> Double {
    guard case .measured(let found)? = layer.measurements?.outcomes[measure] else { return 0 }
    return try #require(found.value)
  }
}
