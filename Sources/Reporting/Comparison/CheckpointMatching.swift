internal import Entanglement

/// Which checkpoints of several runs are the same moment: by step where every run's have steps of
/// their own, else by name; lone checkpoints always are.
struct CheckpointMatching {
  let rule: RunComparison.Matching
  /// What each moment is known by, in the order of training.
  private(set) var order: [String] = []
  private(set) var named: [String: RunComparison.Checkpoint] = [:]

  /// - Parameter profiles: Of each run, in the order of training.
  init(_ profiles: [[EntanglementProfile]]) {
    let steps = profiles.map { $0.compactMap(\.step) }
    if profiles.allSatisfy({ $0.count == 1 }) {
      rule = .position
    } else if zip(profiles, steps).allSatisfy({ $0.count == $1.count && Set($1).count == $1.count })
    {
      rule = .step
    } else {
      rule = .name
    }
    // In the order of the first run that has it; steps are in the order of training.
    for profile in profiles.joined() where named[key(profile)] == nil {
      named[key(profile)] = RunComparison.Checkpoint(name: profile.checkpoint, step: profile.step)
      order.append(key(profile))
    }
    if rule == .step {
      let named = named
      order.sort { (named[$0]?.step ?? 0) < (named[$1]?.step ?? 0) }
    }
  }

  func key(_ profile: EntanglementProfile) -> String {
    switch rule {
    case .step: profile.step.map(String.init) ?? ""
    case .name: profile.checkpoint
    case .position: ""
    }
  }
}
