internal import Entanglement

/// Short names for checkpoints: what they share at the front goes into the axis label, and numbers
/// lose their leading zeros (`epoch_000`, `epoch_055` → `0`, `55` on an axis "epoch").
struct CheckpointTicks {
  let axisLabel: String
  let names: [String]

  init(_ profiles: [EntanglementProfile]) {
    let all = profiles.map(\.checkpoint)
    var prefix = Array(all.first ?? "")
    for name in all {
      prefix = zip(prefix, name).prefix { $0 == $1 }.map(\.0)
    }
    // A number belongs to the tick as a whole.
    while let last = prefix.last, last.isNumber { prefix.removeLast() }
    let rests = all.map { String($0.dropFirst(prefix.count)) }
    let shared = String(prefix).trimmedOfSeparators
    guard all.count > 1, !shared.isEmpty, !rests.contains("") else {
      axisLabel = "Checkpoint"
      names = all
      return
    }
    axisLabel = shared.prefix(1).uppercased() + shared.dropFirst()
    names = rests.map { rest in
      guard rest.allSatisfy(\.isNumber) else { return rest }
      let digits = rest.drop { $0 == "0" }
      return digits.isEmpty ? "0" : String(digits)
    }
  }
}

extension String {
  fileprivate var trimmedOfSeparators: String {
    var text = Substring(self)
    while let last = text.last, "_- ./:".contains(last) { text.removeLast() }
    return String(text)
  }
}
