import Entanglement
import Reporting

/// What the identity checks of a run came to: a line a check, warnings where something disagrees.
struct IdentityText {
  private let history: EntanglementHistory

  init(_ history: EntanglementHistory) {
    self.history = history
  }

  var text: String {
    let lines = history.profiles.flatMap { profile in
      profile.layers.flatMap { layer -> [String] in
        guard let checks = layer.entanglement.identityChecks else { return [] }
        let place =
          (history.labeling.map { "\($0): " } ?? "") + "\(profile.checkpoint) \(layer.name)"
        return [Self.line(checks.permutation), Self.line(checks.halves)].map {
          "\($0.isWarning ? "Warning" : "Check"): \(place): \($0.text)\n"
        }
      }
    }
    let warnings = lines.count { $0.hasPrefix("Warning") }
    guard !lines.isEmpty, warnings > 0 else { return lines.joined() }
    return lines.joined()
      + "Warning: \(warnings) of \(lines.count) checks disagree: find out why before you rely on these "
      + "layers' numbers.\n"
  }

  private typealias Line = (text: String, isWarning: Bool)

  private static func line(_ check: PermutationCheck?) -> Line {
    guard let check else {
      return (
        "labels shuffled: not checked, all samples are equal or no class has two of the samples drawn.",
        false
      )
    }
    let text =
      "labels shuffled \(check.shuffleCount) times"
      + " (\(check.sampleCount) samples): loss at T = mean distance \(check.loss.decimals(5)) nats, "
      + "\(check.allowed.lowerBound.decimals(5)) to \(check.allowed.upperBound.decimals(5)) is chance "
      + "(\(check.chance.decimals(5))): "
    return (
      text + (check.agrees ? "agrees." : "DISAGREES: the loss tells classes where there are none."),
      !check.agrees
    )
  }

  private static func line(_ check: SplitHalfCheck?) -> Line {
    guard let check else {
      return (
        "two halves: not checked, a half has no loss or no interval at the matched perplexity.",
        false
      )
    }
    let text =
      "two halves of \(check.first.sampleCount) and \(check.second.sampleCount) samples: loss at "
      + "perplexity \((100 * check.share).decimals(2)) % \(check.first.loss.decimals(5)) and "
      + "\(check.second.loss.decimals(5)) nats, difference \(check.difference.decimals(5)) ± "
      + "\(check.standardError.decimals(5)) (standard error; up to "
      + "\(Int(SplitHalfCheck.standardErrors)) of them agree): "
    return (
      text
        + (check.agrees
          ? "agrees."
          : "DISAGREES: samples are not exchangeable (near-duplicates, a few that decide), and "
            + "intervals are too narrow."),
      !check.agrees
    )
  }
}
