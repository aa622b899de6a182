import Activations

/// Finds checkpoints, layers and labels among the datasets of some files. A pure function of
/// their descriptions; the rule is this:
///
/// 1. A dataset's name and form say its role (`DatasetRole`): labels, row ids, weights,
///    predictions and the like are no layers; every other dataset of two and more axes is one, and
///    so is a wide matrix with a row for each label, or what `--layers` names (`RoleByForm`).
/// 2. Several files are one checkpoint each; layers of one checkpoint if the names of the files
///    differ in the layer; classes where their names say so; a file of labels alone belongs to
///    all others; NumPy arrays are datasets, their folders groups (`FileArrangement`).
///    Parts of the samples, in files or in groups and datasets, are joined where that is said and
///    asked about where it shows (`Shards`).
/// 3. A group, name or file called `train`, `test` and the like is a split; one is read at a time
///    (`SplitNames`).
/// 4. Samples are the axis that a dimension's name says (`SampleAxes`), else the first, or the last in
///    files that are written by columns (MATLAB, Octave, R, Julia); an axis as long as attribute
///    `num_layers` says is that of layers; rows behind a scalar `count` are padding
///    (`DatasetShaping`).
/// 5. A group named like `epoch_12` is a checkpoint, and so is `init` or `final` beside one. The
///    layers' names are their paths without the checkpoint and without what all of them share.
///    Without such groups the file is one checkpoint, named like the file.
/// 6. Every checkpoint has the same layers; the samples of its layers are the same.
/// 7. Labels are the nearest dataset of a label's name and of the layers' length, else the column of
///    categories that is classes by its name, or the only one if it is no batch by its name.
/// 8. Checkpoints go by step, else by name. Layers go by attribute `layer_names`, else in the
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
  /// What gave the order of the layers.
  package let layerOrder: LayerOrderBasis
  /// What was decided without being asked, in words.
  package let notes: [String]

  /// - Parameters:
  ///   - isOneHot: reads a few rows of a dataset: whether they are one-hot, or unreadable.
  ///   - integers: reads all values of a dataset; nil where they are no integers.
  package init(
    _ files: [FileDescription], options: ReadingOptions,
    isOneHot: @escaping (DatasetDescription, _ file: String) -> Bool = { _, _ in true },
    integers: @escaping (DatasetDescription, _ file: String) -> [Int64]? = { _, _ in nil }
  ) throws(ActivationFileError) {
    guard let first = files.first else {
      throw ActivationFileError(file: "snn-analyze", "no file was given.")
    }
    let names = try CheckpointName(pattern: options.patternOfGroups, file: first.file)
    let requests = LabelRequest.all(options.labels)
    let sorted = RoleByForm(options, requests: requests, isOneHot: isOneHot)
      .settled(files.map(KnownContainers.sorted))
    let arranged = try FileArrangement(sorted, names: names, options: options).arranged()
    let parts = try Self.chosenSplits(arranged.flatMap(SplitNames.separate), options: options)
    var found: [[Checkpoint]] = []
    var leftOut: [LeftOut] = []
    var notes: [String] = []
    var usedStoredType = options.storedType == nil
    var shaped: [FileDescription] = []
    for part in parts {
      var shaping = DatasetShaping(part, options: options, requests: requests)
      shaped.append(try shaping.shaped())
      notes += shaping.notes
      usedStoredType = usedStoredType || shaping.usedStoredType
    }
    var shards = Shards(names: names, ordering: options.sampleOrder)
    if options.fileContent == .shard {
      shaped = try shards.joined(shaped)
    } else if options.groupContent == .shard {
      for index in shaped.indices { shaped[index] = try shards.joined(groupsOf: shaped[index]) }
    }
    notes += shards.notes
    for var file in shaped {
      if options.isPerToken {
        let (tokens, note) = try TokenSamples(file, requests: requests, integers: integers)
          .expanded()
        file = tokens
        notes.append(note)
      }
      if options.isPerSample {
        file = try PerSample.merged(file, names: names, options: options)
        notes += DatasetShaping.notesOnScales(of: file.datasets.filter { $0.role == .layer })
      } else if options.checkpointPattern == nil, options.groupContent == nil, !options.isPerToken,
        options.fileContent != .shard
      {
        try shards.requireNone(file, isSure: true)
        try PerSample.requireNone(file, names: names)
        try shards.requireNone(file, isSure: false)
      }
      let roles = FileRoles(file, requests: requests)
      let grouping = try CheckpointGrouping(roles, names: names)
      found.append(grouping.checkpoints)
      leftOut += roles.leftOut + grouping.leftOut
      notes += roles.notes + grouping.notes
    }
    if let stored = options.storedType, !usedStoredType {
      throw .storedTypeFitsNothing(file: first.file, stored)
    }
    let ordered = Self.inTrainingOrder(
      try Self.oneList(found, names: names, areSaid: options.fileContent == .checkpoint),
      names: names)
    if options.checkpointPattern.map({ !$0.isEmpty }) == true {
      try Self.requireMatch(of: options.checkpointPattern, in: ordered, files: files, names: names)
    }
    let selection = try Selection(options, file: first.file, leftOut: leftOut)
    let selected = try selection.apply(to: ordered)
    notes += try Self.missingLayers(selected, allowed: options.allowsMissing)
    let order = try selected.first.map { first throws(ActivationFileError) in
      try LayerOrder(
        first, others: selected, by: options.order, given: options.layerOrder)
    }
    let knowsSampleAxis = ordered.tellSampleAxis(options)
    var entries: [CheckpointEntry] = []
    for var checkpoint in selected {
      if let order { checkpoint.layers = order.sorted(checkpoint.layers) }
      entries.append(
        try Resolver(
          checkpoint, options: options, requests: requests, knowsSampleAxis: knowsSampleAxis
        ).entry())
    }
    self.checkpoints = entries
    layerOrder = order?.basis ?? .name
    self.leftOut = leftOut.unique
    self.notes = notes.uniqueInOrder
  }

  /// The split that was asked for, else the only one.
  private static func chosenSplits(
    _ files: [FileDescription], options: ReadingOptions
  ) throws(ActivationFileError) -> [FileDescription] {
    let splits = files.compactMap(\.split).uniqueInOrder
    if let wanted = options.split {
      let chosen = files.filter { $0.split?.lowercased() == wanted.lowercased() }
      guard !chosen.isEmpty else {
        throw .noSuchSplit(file: files.first?.file ?? "", wanted, splits: splits)
      }
      return chosen
    }
    guard splits.count < 2 || options.allowsSeveralSplits else {
      throw .severalSplits(file: files.first?.file ?? "", splits: splits)
    }
    return files
  }

  /// The checkpoints of all files, each under a name of its own.
  ///
  /// Files whose checkpoints have one name or one moment of the training are of several runs, unless
  /// their own names, or the folders they are in, tell moments that differ.
  /// - Parameter areSaid: Whether an option says that the files are checkpoints of one run.
  private static func oneList(
    _ found: [[Checkpoint]], names: CheckpointName, areSaid: Bool
  ) throws(ActivationFileError) -> [Checkpoint] {
    guard found.count > 1 else { return found.flatMap { $0 } }
    func key(_ checkpoint: Checkpoint) -> [String?] { [checkpoint.file.split, checkpoint.name] }
    func counts(_ checkpoints: [Checkpoint]) -> [[String?]: Int] {
      Dictionary(checkpoints.map { (key($0), 1) }, uniquingKeysWith: +)
    }
    let files = Set(found.flatMap { $0.map(\.file.file) })
    if files.count > 1, let crowded = found.first(where: { $0.count > 1 }) {
      throw .severalFilesOfSeveralCheckpoints(
        file: crowded[0].file.file, checkpoints: crowded.map(\.name))
    }
    var checkpoints = found.flatMap { $0 }
    // Named after its file, a checkpoint may be named after the file's path: names that the files
    // themselves hold are what they are.
    let renames: [(_ file: String, _ name: String) -> String?] = [
      { file, _ in areSaid || names.tellsMoment(file.fileStem) ? file.fileStem : nil },
      { file, _ in names.checkpointFolder(of: file) },
      { file, name in areSaid || name == file.fileStem ? file.withoutExtension : nil },
    ]
    for rename in renames {
      let counts = counts(checkpoints)
      guard counts.values.contains(where: { $0 > 1 }) else { break }
      for index in checkpoints.indices where counts[key(checkpoints[index])] != 1 {
        guard let name = rename(checkpoints[index].file.file, checkpoints[index].name) else {
          continue
        }
        checkpoints[index].name = name
        checkpoints[index].step = names.step(in: name.fileStem)
      }
    }
    var places: Set<[String?]> = []
    for checkpoint in checkpoints {
      let place = InputPaths.standardized(checkpoint.file.file)
      guard places.insert([place] + key(checkpoint)).inserted else {
        throw .givenTwice(file: checkpoint.file.file)
      }
    }
    if files.count > 1, !areSaid { try requireOneRun(checkpoints, names: names) }
    return checkpoints
  }

  private static func requireOneRun(
    _ checkpoints: [Checkpoint], names: CheckpointName
  ) throws(ActivationFileError) {
    var named: [[String?]: Checkpoint] = [:]
    var timed: [[String]: Checkpoint] = [:]
    for checkpoint in checkpoints {
      let split = checkpoint.file.split
      let moments = names.moments(in: checkpoint.name) ?? checkpoint.step.map { [Double($0)] }
      let time = moments.map { [split ?? ""] + $0.map { "\($0)" } }
      if let other = named[[split, checkpoint.name]] ?? time.flatMap({ timed[$0] }) {
        throw .oneCheckpointInTwoFiles(
          files: [other.file.file, checkpoint.file.file],
          names: [other.name, checkpoint.name].uniqueInOrder)
      }
      named[[split, checkpoint.name]] = checkpoint
      if let time { timed[time] = checkpoint }
    }
  }

  private static func inTrainingOrder(
    _ checkpoints: [Checkpoint], names: CheckpointName
  ) -> [Checkpoint] {
    var checkpoints = checkpoints
    func areDistinct(_ values: [[Double]?]) -> Bool {
      let found = zip(checkpoints, values).compactMap { checkpoint, value in
        value.map { [checkpoint.file.split ?? ""] + $0.map { String($0) } }
      }
      return Set(found).count == found.count
    }
    // All numbers of a name that tell a moment: an epoch, and a step within it or since the start.
    var moments = checkpoints.map { names.moments(in: $0.name) ?? $0.step.map { [Double($0)] } }
    if !areDistinct(moments) { moments = checkpoints.map { $0.step.map { [Double($0)] } } }
    if !areDistinct(moments) { moments = moments.map { _ in nil } }
    if !areDistinct(checkpoints.map { $0.step.map { [Double($0)] } })
      || zip(checkpoints, moments).contains(where: { $0.step == nil && $1 != nil })
    {
      // Steps that are no order (a step within an epoch), or no whole numbers.
      for index in checkpoints.indices { checkpoints[index].step = nil }
    }
    func rank(_ checkpoint: Checkpoint, _ moment: [Double]?) -> Int {
      moment != nil ? 1 : CheckpointName.isStart(checkpoint.name) ? 0 : 2
    }
    return zip(checkpoints, moments).sorted { first, second in
      let ranks = (rank(first.0, first.1), rank(second.0, second.1))
      if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
      let (left, right) = (first.1 ?? [], second.1 ?? [])
      if left != right { return left.lexicographicallyPrecedes(right) }
      return first.0.name.naturallyPrecedes(second.0.name)
    }.map(\.0)
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

  /// What checkpoints lack of the layers that others have, in words, if that is allowed.
  private static func missingLayers(
    _ checkpoints: [Checkpoint], allowed: Bool
  ) throws(ActivationFileError) -> [String] {
    var notes: [String] = []
    for split in checkpoints.map({ $0.file.split ?? "" }).uniqueInOrder {
      let members = checkpoints.filter { ($0.file.split ?? "") == split }
      let all = Set(members.flatMap { $0.layers.map(\.name) })
      let expected = Set(members[0].layers.map(\.name))
      for checkpoint in members {
        let names = Set(checkpoint.layers.map(\.name))
        if allowed {
          let missing = all.subtracting(names)
          if !missing.isEmpty {
            notes.append("\(checkpoint.name) lacks \(missing.listed(nearestTo: "")).")
          }
        } else if names != expected {
          throw .layersDiffer(
            file: checkpoint.file.file, checkpoint: checkpoint.name, reference: members[0].name,
            missing: expected.subtracting(names), extra: names.subtracting(expected))
        }
      }
    }
    return notes
  }
}

extension ReadingOptions {
  /// What the names of checkpoints' groups match, by whichever option says it.
  fileprivate var patternOfGroups: String? {
    switch groupContent {
    case .layer: ""
    case .checkpoint where checkpointPattern == nil: #"(\d+)|$"#
    default: checkpointPattern
    }
  }
}

extension [LeftOut] {
  /// Each place once.
  fileprivate var unique: [LeftOut] {
    var seen: Set<[String]> = []
    return filter { seen.insert([$0.file, $0.path, $0.reason]).inserted }
  }
}
