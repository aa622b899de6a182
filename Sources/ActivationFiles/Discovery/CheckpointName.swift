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
    // `epoch_12`, `step100`, `step_10k`, and `epoch_1_step_100`.
    let parts = NameParts(name).parts
    guard parts.last?.isNumber == true, Self.isWord(parts, at: 0) else { return false }
    return parts.indices.allSatisfy { index in
      parts[index].isNumber || parts[index].isSeparator || Self.isWord(parts, at: index)
    }
  }

  /// Whether a part is a word such as `epoch`, or `tokens` in front of a number with a unit.
  private static func isWord(_ parts: [NameParts.Part], at index: Int) -> Bool {
    guard words.contains(parts[index].text) else {
      guard NameParts.countWords.contains(parts[index].text) else { return false }
      return parts[(index + 1)...].prefix(2).first(where: \.isNumber)?.hasUnit == true
    }
    return true
  }

  /// Whether a group of this name is a checkpoint where its siblings are: `init`, `final`.
  func matchesBesideOthers(_ name: String) -> Bool {
    allowsGroups && pattern == nil
      && (Self.startWords.contains(name.lowercased()) || Self.endWords.contains(name.lowercased()))
  }

  /// Whether a checkpoint of this name, without a step, comes before those that have one.
  static func isStart(_ name: String) -> Bool { startWords.contains(name.lowercased()) }

  /// The step that a group's or a file's name holds: the first capture group that is a number, or
  /// the number behind the first word such as `epoch`, with its unit (`10k`, `2.5B tokens`). Nil for
  /// parts of a step too.
  func step(in name: String) -> Int? {
    if let pattern {
      guard let match = name.firstMatch(of: pattern) else { return nil }
      let texts = match.output.dropFirst().compactMap { $0.substring.map(String.init) }
      return texts.lazy.compactMap { Int($0) ?? NameParts($0).onlyNumber.flatMap(Self.whole) }.first
    }
    if name.isNumber { return Int(name) }
    return moments(in: name)?.first.flatMap(Self.whole)
  }

  /// The numbers of a name that tell a moment of the training, in their order: `epoch=9-step=4500`
  /// → 9, 4500; `1M` alone → a million. Nil if there are none, or a pattern says what is one.
  func moments(in name: String) -> [Double]? {
    guard pattern == nil else { return nil }
    let parts = NameParts(name).parts
    let found = parts.indices.compactMap { index -> Double? in
      guard Self.isWord(parts, at: index) else { return nil }
      // "epoch12", or "epoch_12" with one separator between.
      return parts[(index + 1)...].prefix(2).first(where: \.isNumber)?.number
    }
    if found.isEmpty, let only = NameParts(name).onlyNumber, parts[0].hasUnit { return [only] }
    return found.isEmpty ? nil : found
  }

  private static func whole(_ value: Double) -> Int? {
    abs(value) < 0x1p53 ? Int(exactly: value) : nil
  }

  /// Whether a name says when in the training its file was written: a step, `init`, `final`.
  func tellsMoment(_ name: String) -> Bool {
    step(in: name) != nil || moments(in: name) != nil || matchesBesideOthers(name)
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
    let parts = NameParts(name).parts
    // Lowercasing may change the length of exotic names.
    guard parts.reduce(0, { $0 + $1.length }) == name.count else { return [name] }
    for index in parts.indices where Self.isWord(parts, at: index) {
      var end = index + 1
      if end < parts.count, parts[end].isSeparator, parts[end].text != " " { end += 1 }
      guard end < parts.count, parts[end].isNumber else { continue }
      let start = parts[..<index].reduce(0) { $0 + $1.length }
      let stop = parts[...end].reduce(0) { $0 + $1.length }
      let rest = [name.prefix(start), name.dropFirst(stop)]
        .map { $0.trimming(["_", "-", ".", "="]) }.filter { !$0.isEmpty }
      let step = String(name.dropFirst(start).prefix(stop - start))
      return rest.isEmpty ? [name] : [step, rest.joined(separator: "_")]
    }
    return [name]
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
