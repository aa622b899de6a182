/// Which names are those of checkpoints, and which step of the training they tell.
struct CheckpointName {
  private static let words: Set<String> = [
    "epoch", "epochs", "ep", "step", "steps", "iter", "iters", "iteration", "iterations", "ckpt",
    "ckpts", "checkpoint", "checkpoints", "round", "rounds", "snapshot", "snapshots",
  ]
  private static let startWords: Set<String> = [
    "init", "initial", "initialization", "initialisation", "untrained", "before",
    "before_training",
  ]
  private static let endWords: Set<String> = [
    "final", "trained", "last", "best", "after", "after_training",
  ]

  /// What names must match instead of the usual ones.
  private let pattern: Regex<AnyRegexOutput>?
  /// Whether groups can be checkpoints; an empty pattern says that they are not.
  let allowsGroups: Bool

  /// - Throws: if the pattern is no regular expression.
  init(pattern: String?, file: String) throws(ActivationFileError) {
    allowsGroups = pattern != ""
    guard let pattern, !pattern.isEmpty else {
      self.pattern = nil
      return
    }
    do {
      self.pattern = try Regex(pattern)
    } catch {
      throw .invalidCheckpointPattern(pattern, file: file)
    }
  }

  /// Whether a group of this name is a checkpoint. `parent` is the name of the group it lies in:
  /// `checkpoints/500` is one, `500` alone is not.
  func matches(_ name: String, parent: String?) -> Bool {
    guard allowsGroups else { return false }
    if let pattern { return name.firstMatch(of: pattern) != nil }
    if let parent, Self.words.contains(parent.lowercased()), name.isNumber { return true }
    // `epoch_12`, `step100`, and `epoch_1_step_100`.
    let runs = Self.runs(of: name)
    return Self.words.contains(runs.first ?? "") && runs.last?.isNumber == true
      && runs.allSatisfy { run in
        run.isNumber || Self.words.contains(run) || ["_", "-", " ", "=", "."].contains(run)
      }
  }

  /// Whether a group of this name is a checkpoint where its siblings are: `init`, `final`.
  func matchesBesideOthers(_ name: String) -> Bool {
    allowsGroups && pattern == nil
      && (Self.startWords.contains(name.lowercased()) || Self.endWords.contains(name.lowercased()))
  }

  /// Whether a checkpoint of this name, without a step, comes before those that have one.
  static func isStart(_ name: String) -> Bool { startWords.contains(name.lowercased()) }

  /// The step that a group's or a file's name holds: the first capture group that is a number, or
  /// the number behind the first word such as `epoch`.
  func step(in name: String) -> Int? {
    if let pattern {
      guard let match = name.firstMatch(of: pattern) else { return nil }
      return match.output.dropFirst().lazy.compactMap { $0.substring.flatMap { Int($0) } }.first
    }
    if name.isNumber { return Int(name) }
    let runs = Self.runs(of: name)
    for (index, word) in runs.enumerated() where Self.words.contains(word) {
      let behind = runs[(index + 1)...].prefix(2)
      // "epoch12", or "epoch_12" with one separator between.
      if let number = behind.first(where: \.isNumber) { return Int(number) }
    }
    return nil
  }

  /// The name of the folder that a file is in, if it is a checkpoint's.
  func checkpointFolder(of path: String) -> String? {
    guard let folder = path.split(separator: "/").dropLast().last.map(String.init),
      matches(folder, parent: nil)
    else { return nil }
    return folder
  }

  /// A name that tells a step among other things, cut into the checkpoint's and the rest:
  /// `epoch_3_layer1` → `epoch_3`, `layer1`. One part if there is nothing else, or no step.
  func partedByStep(_ name: String) -> [String] {
    guard pattern == nil, allowsGroups else { return [name] }
    let runs = Self.runs(of: name)
    let separators: Set<String> = ["_", "-", ".", "="]
    for (index, word) in runs.enumerated() where Self.words.contains(word) {
      var end = index + 1
      if end < runs.count, separators.contains(runs[end]) { end += 1 }
      guard end < runs.count, runs[end].isNumber else { continue }
      let lengths = runs.map(\.count)
      let start = lengths[..<index].reduce(0, +)
      let stop = lengths[...end].reduce(0, +)
      // Lowercasing may change the length of exotic names.
      guard runs.joined().count == name.count else { return [name] }
      let front = name.prefix(start)
      let back = name.dropFirst(stop)
      let rest = [front, back].map { $0.trimming(separators) }.filter { !$0.isEmpty }
      let step = String(name.dropFirst(start).prefix(stop - start))
      return rest.isEmpty ? [name] : [step, rest.joined(separator: "_")]
    }
    return [name]
  }

  /// The name cut into lowercase words, numbers and what stands between them.
  private static func runs(of name: String) -> [String] {
    enum Kind { case letter, digit, other }
    var runs: [String] = []
    var last: Kind?
    for scalar in name.lowercased().unicodeScalars {
      let kind: Kind =
        switch scalar {
        case "a"..."z": .letter
        case "0"..."9": .digit
        default: .other
        }
      if kind != last || runs.isEmpty { runs.append("") }
      runs[runs.count - 1].unicodeScalars.append(scalar)
      last = kind
    }
    return runs
  }
}

extension String {
  /// Whether this is digits and nothing else.
  var isNumber: Bool { !isEmpty && unicodeScalars.allSatisfy { ("0"..."9").contains($0) } }
}

extension Substring {
  fileprivate func trimming(_ separators: Set<String>) -> String {
    var text = self
    while let first = text.first, separators.contains(String(first)) { text.removeFirst() }
    while let last = text.last, separators.contains(String(last)) { text.removeLast() }
    return String(text)
  }
}
