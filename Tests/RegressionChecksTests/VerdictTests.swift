import Entanglement
import RegressionChecks
import Testing

/// What is a regression: the verdict of one number by which way it went, how far, whether that is
/// told apart from noise, and what is missing.
@Suite struct VerdictTests {
  private static let tolerance = 0.1

  private static func rule(
    _ side: Tolerance.Side = .upper, absolute: Double = tolerance, minimum: Double? = nil,
    maximum: Double? = nil
  ) -> RegressionRule {
    RegressionRule(
      measure: .minimum, tolerance: Tolerance(side: side, absolute: absolute, relative: 0),
      minimum: minimum, maximum: maximum)
  }

  private static func verdict(
    _ observed: SingleNumberRun, _ baseline: SingleNumberRun = SingleNumberRun(),
    by rule: RegressionRule = rule()
  ) -> CheckResult {
    SingleNumberRun.check(observed, against: baseline, by: rule).results[0]
  }

  /// One way or the other, within the tolerance or beyond, with noise far below the change or above.
  struct Change: CustomStringConvertible, Sendable {
    let side: Tolerance.Side
    let isUp: Bool
    let isMaterial: Bool
    let isSeparated: Bool

    static let all: [Change] = Tolerance.Side.allCases.flatMap { side in
      [true, false].flatMap { isUp in
        [true, false].flatMap { isMaterial in
          [true, false].map {
            Change(side: side, isUp: isUp, isMaterial: isMaterial, isSeparated: $0)
          }
        }
      }
    }

    /// The rule of the README, word for word.
    var verdict: Verdict {
      let isWorse =
        switch side {
        case .upper: isUp
        case .lower: !isUp
        case .both: true
        }
      guard isMaterial else { return .pass }
      if isSeparated { return isWorse ? .regression : .improvement }
      return isWorse ? .inconclusive : .pass
    }

    var observed: SingleNumberRun {
      let change = (isUp ? 1 : -1) * (isMaterial ? 2 : 0.5) * VerdictTests.tolerance
      // Two of the four samples weigh as much as the change, or next to nothing.
      let noise = abs(change) * (isSeparated ? 1e-3 : 1)
      return SingleNumberRun(value: 0.5 + change, influences: [noise, -noise, 0, 0])
    }

    var description: String {
      "\(side) \(isUp ? "up" : "down")\(isMaterial ? " material" : "")"
        + (isSeparated ? " separated" : "")
    }
  }

  @Test("A regression is material, separated and the wrong way", arguments: Change.all)
  func table(change: Change) {
    let result = Self.verdict(change.observed, by: Self.rule(change.side))
    #expect(result.verdict == change.verdict)
    #expect(result.comparison?.isSeparated == change.isSeparated)
    #expect(result.limit == Self.tolerance)
    #expect(result.message.isEmpty == (change.verdict == .pass || change.verdict == .regression))
  }

  @Test("Without a tolerance a change that is not separated passes", arguments: [0.02, -0.02])
  func zeroTolerance(change: Double) {
    let noisy = SingleNumberRun(value: 0.5 + change, influences: [0.1, -0.1, 0, 0])
    #expect(Self.verdict(noisy, by: Self.rule(.both, absolute: 0)).verdict == .pass)
    let quiet = SingleNumberRun(value: 0.5 + change, influences: [1e-4, -1e-4, 0, 0])
    #expect(Self.verdict(quiet, by: Self.rule(.both, absolute: 0)).verdict == .regression)
  }

  @Test("A bound decides whatever the baseline says", arguments: Tolerance.Side.allCases)
  func bounds(side: Tolerance.Side) {
    let run = SingleNumberRun()
    for rule in [Self.rule(side, minimum: 0.6), Self.rule(side, maximum: 0.4)] {
      let same = Self.verdict(run, by: rule)
      #expect(same.verdict == .regression && same.message.hasPrefix("It must not be"))
      let alone = Self.verdict(run, run.with { $0.absent = "There is none." }, by: rule)
      #expect(alone.verdict == .regression && alone.message.hasPrefix("It must not be"))
    }
    #expect(Self.verdict(run, by: Self.rule(side, minimum: 0.5, maximum: 0.5)).verdict == .pass)
    let wider = run.with { $0.featureCount = 9 }
    #expect(
      Self.verdict(wider, by: Self.rule(side, minimum: 0.6)).message
        == "It must not be below 0.6. The layer has 9 features and 3 in the baseline.")
  }

  /// What is missing or other on one side, and the sentence that says so.
  struct Gap: CustomTestStringConvertible, Sendable {
    let says: String
    var verdict = Verdict.notComparable
    var now = SingleNumberRun()
    var then = SingleNumberRun()
    var rule = VerdictTests.rule()

    var testDescription: String { says }
  }

  private static let plain = SingleNumberRun()
  private static let gaps: [Gap] = [
    Gap(says: "No temperature.", now: plain.with { $0.absent = "No temperature." }),
    Gap(says: "cannot be read", now: plain.with { $0.failure = "a.h5: cannot be read" }),
    Gap(
      says: "Of the baseline: No temperature.", then: plain.with { $0.absent = "No temperature." }),
    Gap(says: "The baseline has no such layer.", then: plain.with { $0.failure = "Gone." }),
    Gap(
      says: "There is no number to hold against the bounds: a limit as T → 0.",
      now: plain.with { ($0.value, $0.position) = (nil, .zero) }, rule: rule(maximum: 1)),
    Gap(
      says: "Give --distance cosine, or renew", now: plain.with { $0.settings["distance"] = "l2" },
      then: plain.with { $0.settings["distance"] = "cosine" }),
    Gap(
      says: "Leave --samples out, or renew", now: plain.with { $0.settings["samples"] = "9" },
      then: plain.with { $0.settings["samples"] = "default" }),
    Gap(
      says: "There are 4 samples and 2 in the baseline.",
      then: plain.with { $0.classes = [ClassSize(name: "a", count: 2)] }),
    Gap(
      says: "class b has 2 samples and 0 in the baseline",
      then: plain.with { $0.classes = [ClassSize(name: "a", count: 4)] }),
    Gap(
      says: "by their sample_ids", now: plain.with { $0.ids = "one" },
      then: plain.with { $0.ids = "other" }),
    Gap(
      says: "so rows cannot be paired",
      now: plain.with { ($0.ids, $0.isInFileOrder) = ("one", false) }),
    Gap(says: "labels are others or in another", then: plain.with { $0.labels = "other" }),
    Gap(
      says: "Other rows are zero than in the baseline (1 against 0)",
      now: plain.with { $0.skippedRows = [3] }),
    Gap(
      says: "It is a limit as T → ∞ and a number in the baseline.",
      now: plain.with { ($0.value, $0.position) = (nil, .infinity) }),
    Gap(
      says: "A report holds no single samples", verdict: .inconclusive,
      now: plain.with { $0.labels = nil }),
    Gap(
      says: "influence of single samples is not known", verdict: .inconclusive,
      now: plain.with { $0.influences = nil }),
    Gap(
      says: "influence of single samples is not known", verdict: .inconclusive,
      now: plain.with { $0.influences = [0, 0, 0] }),
  ]

  @Test("What is missing is never a pass, and the message says what", arguments: gaps)
  func missing(gap: Gap) {
    let result = Self.verdict(gap.now, gap.then, by: gap.rule)
    #expect(result.verdict == gap.verdict)
    #expect(result.message.contains(gap.says), "\(result.message)")
    #expect(result.isFailure == (gap.now.failure != nil))
    #expect(result.comparison == nil)
  }

  @Test("A layer, checkpoint or rule without its other side is not comparable")
  func unmatched() {
    let plain = SingleNumberRun()
    let other = plain.with { $0.layer = "layer2" }
    let check = SingleNumberRun.check(plain, against: other, by: Self.rule())
    #expect(check.results.map(\.verdict) == [.notComparable, .notComparable])
    #expect(check.results.map(\.layer) == ["layer1", "layer2"])
    let none = SingleNumberRun.check(
      plain, against: plain, by: RegressionRule(layer: "conv*", measure: .minimum))
    #expect(none.verdict == .notComparable)
    #expect(none.results[0].message == "The rule matches no layer. There are layer1.")
  }

  @Test("The same limit on both sides passes")
  func limits() {
    let limit = SingleNumberRun(value: nil, position: .zero)
    #expect(Self.verdict(limit, limit).verdict == .pass)
  }

  @Test("The baseline's activations with another number mean another program")
  func identical() {
    let then = SingleNumberRun(activations: "digest")
    #expect(Self.verdict(then, then).verdict == .pass)
    #expect(Self.verdict(then, then).isIdentical)
    let rounded = then.with { $0.value = 0.5 + 1e-9 }
    #expect(Self.verdict(rounded, then, by: Self.rule(absolute: 0)).verdict == .pass)
    let risen = Self.verdict(then.with { $0.value = 0.7 }, then)
    #expect(risen.verdict == .regression && risen.message.contains("bit for bit"))
    #expect(Self.verdict(then.with { $0.value = 0.3 }, then).verdict == .improvement)
  }

  @Test(
    "A check comes to its worst verdict, of the rules that are errors",
    arguments: RegressionRule.Level.allCases)
  func level(level: RegressionRule.Level) {
    var rule = Self.rule()
    rule.level = level
    let check = SingleNumberRun.check(
      SingleNumberRun(value: 0.9), against: SingleNumberRun(), by: rule)
    #expect(
      check.verdict
        == (level == .error ? .regression : level == .warn ? .pass : .notComparable))
  }
}
