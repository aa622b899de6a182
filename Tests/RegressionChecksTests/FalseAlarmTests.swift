import Activations
import Entanglement
import RegressionChecks
import TestSupport
import Testing

/// How often a check cries wolf.
///
/// No change is the same real rows with two independent draws of the same noise, or two disjoint
/// halves of them; rows drawn with replacement would be no such thing, as a copy is a neighbor at
/// distance 0. `SNN_SIMULATED_PAIRS=1000` runs the long form on all rows and prints the rates.
@Suite(.serialized) struct FalseAlarmTests {
  let simulation: SimulatedRuns

  init() throws {
    simulation = try SimulatedRuns()
  }

  private static func strict(_ measures: [Measure], _ side: Tolerance.Side) -> [RegressionRule] {
    measures.map {
      RegressionRule(
        measure: $0, tolerance: Tolerance(side: side, absolute: 0, relative: 0))
    }
  }

  private static let ruleSets: [(name: String, rules: [RegressionRule])] = [
    ("atol = rtol = 0, the loss at 5 %, upper", strict([.perplexity(.standard)], .upper)),
    ("atol = rtol = 0, three quantities, both sides", strict(SimulatedRuns.measures, .both)),
    ("the default rule", [.standard()]),
    (
      "the default tolerances, three quantities, both sides",
      SimulatedRuns.measures.map {
        RegressionRule(measure: $0, tolerance: Tolerance(side: .both))
      }
    ),
  ]

  /// At most 5 % of the pairs, and what chance adds to so few (three standard deviations).
  private func expectFewAlarms(
    _ kind: String, sourceLocation: SourceLocation = #_sourceLocation,
    of pair: (inout RandomActivations) throws -> [RunMeasurements]
  ) throws {
    var alarms = Self.ruleSets.map { _ in 0 }
    for seed in 0..<simulation.count {
      var random = RandomActivations(seed: UInt64(10_000 + seed))
      let runs = try pair(&random)
      for (index, set) in Self.ruleSets.enumerated()
      where SimulatedRuns.check(runs[1], runs[0], set.rules).verdict == .regression {
        alarms[index] += 1
      }
    }
    let pairs = Double(simulation.count)
    let slack = simulation.isLong ? 0 : 3 * (0.05 * 0.95 / pairs).squareRoot()
    for (set, alarms) in zip(Self.ruleSets, alarms) {
      if simulation.isLong {
        print("\(kind): \(alarms) of \(simulation.count) pairs alarm with \(set.name)")
      }
      #expect(
        Double(alarms) / pairs <= 0.05 + slack, "\(kind), \(set.name): \(alarms)",
        sourceLocation: sourceLocation)
    }
  }

  @Test("The same rows with other noise alarm in at most one run of twenty")
  func paired() throws {
    try expectFewAlarms("paired") { random in
      try (0..<2).map { _ in
        SimulatedRuns.run(
          try simulation.layers.map {
            try SimulatedRuns.measured(
              $0.name, SimulatedRuns.noisy($0.matrix, 0.3, &random), simulation.labels)
          }, simulation.labels)
      }
    }
  }

  @Test("Two disjoint halves of the rows alarm in at most one run of twenty")
  func disjoint() throws {
    let labels = simulation.labels
    try expectFewAlarms("disjoint") { random in
      let order = random.shuffled(labels.sampleCount)
      let classes = labels.names.indices.map { index in
        order.filter { Int(labels.indices[$0]) == index }
      }
      let halves = [
        classes.flatMap { $0.prefix($0.count / 2) },
        classes.flatMap { $0.dropFirst($0.count / 2).prefix($0.count / 2) },
      ]
      return try halves.map { rows in
        SimulatedRuns.run(
          try simulation.layers.map {
            try SimulatedRuns.measured($0.name, $0.matrix.rows(rows), labels.rows(rows))
          }, labels.rows(rows))
      }
    }
  }
}
