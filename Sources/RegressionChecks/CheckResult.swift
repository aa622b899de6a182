public import Entanglement

/// The verdict about one number.
public struct CheckResult: Sendable, Equatable {
  /// The name of the model; nil where one alone is checked and nobody named it.
  public internal(set) var model: String?
  /// The rule that decided.
  public let rule: RegressionRule
  /// The checkpoint's name, in the file where it has it.
  public let checkpoint: String
  /// The layer's name, or the pattern of a rule that matches none.
  public let layer: String
  /// Which number; nil for a rule that matches none and names none.
  public let measure: Measure?
  /// How the layer stands against the rule.
  public internal(set) var verdict: Verdict
  /// The number now; nil where there is none.
  package internal(set) var observed: Double?
  /// The baseline's; nil where nothing was compared.
  package internal(set) var baseline: Double?
  /// Which number of the losses of the samples `observed` and `baseline` are.
  package internal(set) var estimator = Estimator.mean
  /// A reason why it cannot pass, whatever the comparison: a sentence.
  var doubt: String?
  /// What was compared with samples; nil where nothing was.
  package internal(set) var comparison: Comparison?
  /// What other seeds do to the difference; nil where that is not known or nothing was compared.
  package internal(set) var training: TrainingNoise?
  /// Which noise decides whether the difference is separated: that of the wider interval. nil where the
  /// noise of training is not known.
  package internal(set) var noise: Noise?
  /// How many trainings the baseline's number and the observed one are means over; nil where nothing
  /// was compared.
  package internal(set) var runCounts: RunCounts?
  /// A larger difference is material; nil where only bounds count.
  package internal(set) var limit: Double?
  /// How the rows of the two runs were told to be the same samples; nil where nothing was compared.
  package internal(set) var pairing: SamplePairing.Rule?
  /// Whether the activations are the baseline's, bit for bit.
  package internal(set) var isIdentical = false
  /// Whether the number could not be computed.
  package internal(set) var isFailure = false
  /// Why, and how to mend it: a sentence, or nothing to say.
  public internal(set) var message = ""

  /// observed − baseline, where both are known.
  package var difference: Double? {
    observed.flatMap { observed in baseline.map { observed - $0 } }
  }

  init(
    rule: RegressionRule, checkpoint: String, layer: String, measure: Measure?,
    verdict: Verdict = .pass,
    message: String = ""
  ) {
    self.rule = rule
    self.checkpoint = checkpoint
    self.layer = layer
    self.measure = measure
    self.verdict = verdict
    self.message = message
  }

  /// Of a model of which nothing could be checked.
  static func unchecked(_ message: String) -> CheckResult {
    CheckResult(
      rule: RegressionRule(measure: nil), checkpoint: "", layer: "*", measure: nil,
      verdict: .notComparable, message: message)
  }

  /// A number that stands for the losses of all anchors.
  package enum Estimator: String, Sendable {
    case mean
    /// The mean without the hundredth part of the anchors of greatest loss, of means that these carry.
    case trimmedMean = "trimmed-mean"
  }

  /// Of the trainings on either side.
  package struct RunCounts: Sendable, Equatable {
    package let baseline: Int
    package let observed: Int

    package init(baseline: Int, observed: Int) {
      self.baseline = baseline
      self.observed = observed
    }
  }

  mutating func add(_ sentence: String) {
    message += (message.isEmpty ? "" : " ") + sentence
  }

  /// A difference between paired samples.
  package struct Comparison: Sendable, Equatable {
    /// observed − baseline.
    package let difference: Double
    /// Of the difference, from the influences of the samples on either number.
    package let standardError: Double
    /// The most that one sample is taken to add to a change, the R/n of `DetectableChange`: of any
    /// change, where that is known, and of one that is spread.
    package let largestShare: Double?
    package let spreadShare: Double
    /// P of a difference this large without a change; two-sided.
    package let probability: Double
    /// Holm's correction over all comparisons of the check.
    package internal(set) var adjustedProbability = 1.0
    /// The coverage of the interval: 1 − the level at which Holm's procedure tests this comparison.
    package internal(set) var confidence = RegressionCheck.confidence
    /// The ends of the interval of that coverage.
    package internal(set) var lower: Double
    package internal(set) var upper: Double
    /// Whether the interval leaves out 0.
    package internal(set) var isSeparated = false
    /// A true change of this size is found to be separated and material in four checks of five, in
    /// whichever samples it comes; nil where it is not known what one sample can add.
    package internal(set) var minimumDetectable: Double?
    /// The same of a change that is spread: no sample changes by more than one weighs already.
    package internal(set) var minimumDetectableSpread = 0.0

    init(
      difference: Double, standardError: Double, largestShare: Double?, spreadShare: Double
    ) {
      self.difference = difference
      self.standardError = standardError
      self.largestShare = largestShare
      self.spreadShare = spreadShare
      probability =
        standardError > 0
        ? NormalDistribution.twoSidedTail(difference / standardError) : difference == 0 ? 1 : 0
      (lower, upper) = (difference, difference)
    }
  }
}
