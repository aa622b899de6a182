import Activations

/// Finds checkpoints, layers and labels among the datasets of some files. A pure function of
/// their descriptions; the rule is this:
///
/// 1. A dataset's name and form say its role (`DatasetRole`): labels, row ids, weights,
///    predictions and the like are no layers; every other dataset of two and more axes is one.
/// 2. A group named like `epoch_12` is a checkpoint, and so is `init` or `final` beside one. The
///    layers' names are their paths without the checkpoint and without what all of them share.
///    Without such groups the file is one checkpoint, named like the file.
/// 3. Several files are one checkpoint each.
/// 4. Every checkpoint has the same layers; the samples of its layers are the same.
/// 5. Labels are the nearest dataset of a label's name and of the layers' length.
/// 6. Checkpoints go by step, else by name. Layers go by attribute `layer_names`, else in the
///    order of creation where the file keeps it, else by name with `logits` last.
///
/// Where that leaves two readings, the answer is an error that names the option to decide with.
package struct Discovery {
  /// One checkpoint before its layers are resolved.
  struct Checkpoint {
    var name: String
    var step: Int?
    var file: FileDescription
    var layers: [Layer]
  }

  struct Layer {
    var name: String
    var dataset: DatasetDescription
  }

  package let checkpoints: [CheckpointEntry]
  package let leftOut: [LeftOut]

  package init(_ files: [FileDescription], options: ReadingOptions) throws(ActivationFileError) {
    guard let first = files.first else {
      throw ActivationFileError(file: "snn-analyze", "no file was given.")
    }
    let names = try CheckpointName(pattern: options.checkpointPattern, file: first.file)
    let request = LabelRequest(options.labels)
    var found: [[Checkpoint]] = []
    var leftOut: [LeftOut] = []
    for file in files {
      let roles = FileRoles(file, request: request)
      let grouping = try CheckpointGrouping(roles, names: names)
      found.append(grouping.checkpoints)
      leftOut += roles.leftOut + grouping.leftOut
    }
    let ordered = Self.inTrainingOrder(try Self.oneList(found, names: names))
    if options.checkpointPattern.map({ !$0.isEmpty }) == true {
      try Self.requireMatch(of: options.checkpointPattern, in: ordered, files: files, names: names)
    }
    let selection = try Selection(options, file: first.file, leftOut: leftOut)
    let selected = try selection.apply(to: ordered)
    try Self.requireSameLayers(selected)
    let order = selected.first.map(LayerOrder.init)
    var entries: [CheckpointEntry] = []
    for var checkpoint in selected {
      if let order { checkpoint.layers = order.sorted(checkpoint.layers) }
      entries.append(try Resolver(checkpoint, options: options, request: request).entry())
    }
    self.checkpoints = entries
    self.leftOut = leftOut
  }

  /// The checkpoints of all files, each under a name of its own.
  private static func oneList(
    _ found: [[Checkpoint]], names: CheckpointName
  ) throws(ActivationFileError) -> [Checkpoint] {
    guard found.count > 1 else { return found.flatMap { $0 } }
    if let crowded = found.first(where: { $0.count > 1 }) {
      throw .severalFilesOfSeveralCheckpoints(
        file: crowded[0].file.file, checkpoints: crowded.map(\.name))
    }
    var checkpoints = found.flatMap { $0 }
    for rename in [String.fileStem, String.pathWithoutExtension] {
      let counts = Dictionary(checkpoints.map { ($0.name, 1) }, uniquingKeysWith: +)
      guard counts.values.contains(where: { $0 > 1 }) else { break }
      for index in checkpoints.indices where counts[checkpoints[index].name] != 1 {
        checkpoints[index].name = rename(checkpoints[index].file.file)
        checkpoints[index].step = names.step(in: checkpoints[index].name.fileStem)
      }
    }
    let counts = Dictionary(checkpoints.map { ($0.name, 1) }, uniquingKeysWith: +)
    if let twice = checkpoints.first(where: { counts[$0.name] != 1 }) {
      throw .givenTwice(file: twice.file.file)
    }
    return checkpoints
  }

  private static func inTrainingOrder(_ checkpoints: [Checkpoint]) -> [Checkpoint] {
    var checkpoints = checkpoints
    let steps = checkpoints.compactMap(\.step)
    if Set(steps).count < steps.count {
      // Steps that are no order (a step within an epoch): the names are.
      for index in checkpoints.indices { checkpoints[index].step = nil }
    }
    func rank(_ checkpoint: Checkpoint) -> (Int, Int) {
      if let step = checkpoint.step { return (1, step) }
      return (CheckpointName.isStart(checkpoint.name) ? 0 : 2, 0)
    }
    return checkpoints.sorted {
      rank($0) != rank($1) ? rank($0) < rank($1) : $0.name.naturallyPrecedes($1.name)
    }
  }

  private static func requireMatch(
    of pattern: String?, in checkpoints: [Checkpoint], files: [FileDescription],
    names: CheckpointName
  ) throws(ActivationFileError) {
    guard let pattern else { return }
    let isMatched = checkpoints.contains {
      names.matches($0.name, parent: nil) || names.matches($0.name.fileStem, parent: nil)
    }
    guard !isMatched else { return }
    let groups = Set(files.flatMap { $0.datasets.flatMap(\.group) })
    throw .checkpointPatternMatchesNothing(
      pattern, file: files[0].file, names: groups.union(files.map(\.file.fileStem)))
  }

  private static func requireSameLayers(_ checkpoints: [Checkpoint]) throws(ActivationFileError) {
    guard let first = checkpoints.first else { return }
    let expected = Set(first.layers.map(\.name))
    for checkpoint in checkpoints.dropFirst() {
      let names = Set(checkpoint.layers.map(\.name))
      guard names != expected else { continue }
      throw .layersDiffer(
        file: checkpoint.file.file, checkpoint: checkpoint.name, reference: first.name,
        missing: expected.subtracting(names), extra: names.subtracting(expected))
    }
  }
}

extension String {
  /// The last component of a path, without its extension.
  var fileStem: String { Self.fileStem(self) }

  static func fileStem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return pathWithoutExtension(name)
  }

  static func pathWithoutExtension(_ path: String) -> String {
    guard let dot = path.lastIndex(of: "."), dot > path.startIndex,
      !path[dot...].contains("/"), path[path.index(before: dot)] != "/"
    else { return path }
    return String(path[..<dot])
  }
}
