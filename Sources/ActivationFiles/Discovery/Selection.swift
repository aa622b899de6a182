internal import Activations

/// The checkpoints and layers that `--checkpoints`, `--layers` and `--except` leave.
struct Selection {
  fileprivate struct Choice {
    let option: String
    let text: String
    let glob: GlobPattern
  }

  private let checkpoints: [Choice]
  private let layers: [Choice]
  private let except: [Choice]
  private let file: String
  private let leftOut: [LeftOut]
  private let allowsMissing: Bool

  init(
    _ options: ReadingOptions, file: String, leftOut: [LeftOut]
  ) throws(ActivationFileError) {
    func choices(_ option: String, _ patterns: [String]) -> [Choice] {
      patterns.map { Choice(option: option, text: $0, glob: GlobPattern($0)) }
    }
    checkpoints = choices("--checkpoints", options.checkpoints)
    layers = choices("--layers", options.layers)
    except = choices("--except", options.except)
    self.file = file
    self.leftOut = leftOut
    allowsMissing = options.allowsMissing
  }

  /// - Throws: if a pattern matches nothing, or nothing is left.
  func apply(
    to all: [Discovery.Checkpoint]
  ) throws(ActivationFileError) -> [Discovery.Checkpoint] {
    let checkpointNames = all.map(\.name)
    for choice in checkpoints where !checkpointNames.contains(where: choice.glob.matches) {
      throw .patternMatchesNothing(
        file: file, option: choice.option, pattern: choice.text, kind: "checkpoint",
        names: checkpointNames)
    }
    var selected = all.filter { Self.selects(checkpoints, $0.name) }
    let layerNames = selected.flatMap { $0.layers.map(\.name) }
    for choice in layers + except where !layerNames.contains(where: choice.glob.matches) {
      if let other = leftOut.first(where: { choice.matches($0.path) }) {
        // What is skipped anyway may be named once more.
        if choice.option == "--except" { continue }
        throw .patternMatchesNoLayer(
          file: file, option: choice.option, pattern: choice.text, path: other.path,
          reason: other.reason)
      }
      throw .patternMatchesNothing(
        file: file, option: choice.option, pattern: choice.text, kind: "layer", names: layerNames)
    }
    for index in selected.indices {
      selected[index].layers.removeAll { layer in
        !Self.selects(layers, layer.name) || except.contains { $0.glob.matches(layer.name) }
      }
    }
    if allowsMissing, selected.contains(where: { !$0.layers.isEmpty }) {
      selected.removeAll(where: \.layers.isEmpty)
    }
    if let empty = selected.first(where: \.layers.isEmpty) {
      throw .everyLayerIsSkipped(file: empty.file.file, checkpoint: empty.name, names: layerNames)
    }
    return selected
  }

  private static func selects(_ choices: [Choice], _ name: String) -> Bool {
    choices.isEmpty || choices.contains { $0.glob.matches(name) }
  }
}

extension Selection.Choice {
  /// Whether this names a dataset by its path or by the last part of it.
  fileprivate func matches(_ path: String) -> Bool {
    glob.matches(path) || glob.matches(String(path.dropFirst()))
      || glob.matches(path.split(separator: "/").last.map(String.init) ?? path)
  }
}
