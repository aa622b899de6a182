internal import Entanglement

/// Numbers whose mean a handful of samples carries. Where that was so in the baseline, what is judged is
/// the mean without these samples; where it has come since, the number does not pass.
extension RegressionJudgement {
  /// The means without the samples that carry them, each side without its own.
  static func trimmed(
    _ now: Measurement, _ then: Measurement
  ) throws(Ruling) -> (observed: TrimmedLoss, baseline: TrimmedLoss) {
    guard let observed = now.trimmed, let baseline = then.trimmed else {
      throw Ruling(
        .inconclusive,
        "A handful of samples carries the mean of the baseline, and the mean without them is not "
          + "known. Renew the baseline with snn-analyze baseline --update.")
    }
    return (observed, baseline)
  }

  /// The difference of trimmed means of paired samples. What few samples do is not found in it, so no
  /// change is named that is found in whichever samples it comes.
  static func comparison(
    _ now: TrimmedLoss, _ then: TrimmedLoss
  ) throws(Ruling) -> CheckResult.Comparison {
    guard let influences = now.influences, let others = then.influences,
      influences.count == others.count
    else {
      throw Ruling(
        .inconclusive,
        "A handful of samples carries the mean of the baseline, and the influence of single samples "
          + "on the mean without them is not known.")
    }
    let paired = PairedDifference(from: (then.value, others), to: (now.value, influences))
    return CheckResult.Comparison(
      difference: paired.difference, standardError: paired.interval.standardError,
      largestShare: nil, spreadShare: (influences + others).reduce(0) { max($0, abs($1)) })
  }

  /// What was judged in place of the mean, and why.
  static func carried(_ now: Measurement, _ then: Measurement) -> String {
    "Judged by the mean without the hundredth part of the samples of greatest loss, which held "
      + "\(percent(then.heldByTopPercent)) of the sum in the baseline and "
      + "\(percent(now.heldByTopPercent)) now."
  }

  /// Why a number cannot pass whose mean a handful of samples has come to carry; nil where none has.
  static func doubt(_ now: Measurement, _ then: Measurement) -> String? {
    guard now.isCarried else { return nil }
    return "A handful of samples carries the mean: a hundredth part of them holds "
      + percent(now.heldByTopPercent) + " of the sum, "
      + (then.heldByTopPercent.map { "\(percent($0)) in the baseline" }
        ?? "and the baseline does not tell of its own")
      + ". Look at them, snn-analyze report names them; to accept them, renew the baseline."
  }

  private static func percent(_ share: Double?) -> String {
    share.map { "\(Int(($0 * 100).rounded())) %" } ?? "an unknown part"
  }
}
