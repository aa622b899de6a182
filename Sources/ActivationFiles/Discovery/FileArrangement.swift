import Activations

/// What several files are to each other: checkpoints of one training, layers of one checkpoint,
/// classes of one layer, or labels beside layers. Files that belong together become one
/// description.
struct FileArrangement {
  private let given: [FileDescription]
  private let names: CheckpointName
  private let hasLabels: Bool
  private let content: FileContent?
  private let isPerSample: Bool

  init(
    _ files: [FileDescription], names: CheckpointName, options: ReadingOptions
  ) {
    self.names = names
    content = options.fileContent
    isPerSample = options.isPerSample
    hasLabels = !options.labels.isEmpty
    let arrays = files.filter(\.isArray)
    var whole = files
    if files.count > 1, !arrays.isEmpty, content != .class {
      whole = files.filter { !$0.isArray } + [Self.folder(of: arrays, names: names)]
    }
    given = Self.withLabelFiles(whole)
  }

  /// One description for each checkpoint or split, if the files tell that; else as they are.
  func arranged() throws(ActivationFileError) -> [FileDescription] {
    let files = given
    guard files.count > 1 else { return files }
    if isPerSample, content == nil, let samples = samplesOfOne(files) { return [samples] }
    switch content {
    case .checkpoint: return files
    case .layer: return [layersOfOne(files)]
    case .class: return [try classesOfOne(files)]
    case .shard: return SplitNames.separate(files) ?? files
    case .run: throw .filesAreRuns(files: files.map(\.file))
    case nil: break
    }
    if let bySplit = SplitNames.separate(files) { return bySplit }
    if let byStep = try byStepAndLayer(files) { return byStep }
    if files.allSatisfy({ names.step(in: $0.file.fileStem) != nil }) { return files }
    let layers = files.map { Set($0.datasets.filter { $0.role == .layer }.map(\.components)) }
    let rows = Set(files.flatMap { $0.datasets.filter { $0.role == .layer } }.map(\.shape?.first))
    let isDisjoint =
      layers.reduce(0) { $0 + $1.count } == layers.reduce(Set()) { $0.union($1) }.count
    let isSingle = layers.allSatisfy { $0.count == 1 }
    let isNamedAsLayers = isSingle && files.allSatisfy { LayerWords.begin($0.file.fileStem) }
    if rows.count == 1, isDisjoint || isNamedAsLayers { return [layersOfOne(files)] }
    let isUnlabelled = !hasLabels && files.allSatisfy(\.labels.isEmpty)
    let isOfCheckpoints = layers.joined().contains { path in
      path.dropLast().contains { names.matches($0, parent: nil) }
    }
    guard !isOfCheckpoints, Set(layers).count == 1 else { return files }
    guard isUnlabelled else {
      try requireNoShards(files)
      return files
    }
    if files.allSatisfy({ Self.isClassName($0.file.fileStem) }) {
      return [try classesOfOne(files)]
    }
    throw .unsaidContent(files: files.map(\.file))
  }

  /// Throws where files have the same layers of other samples: they are no checkpoints of a training.
  private func requireNoShards(_ files: [FileDescription]) throws(ActivationFileError) {
    let rows = files.map { file in
      file.datasets.first { $0.role == .layer }?.shape?.first ?? 0
    }
    let stems = files.map(\.file.fileStem)
    let areNumbered =
      Set(stems.map(\.withoutDigits)).count == 1
      && stems.allSatisfy { $0.contains(where: \.isNumber) }
      && (Shards.isCertain(stems[0]) || SplitNames.split(ofStem: stems[0]) != nil)
    guard Set(rows).count > 1 || areNumbered else { return }
    throw .looksLikeShardFiles(files: files.map(\.file), rows: rows)
  }

  /// `class_cat.h5`, `label_3.h5`.
  private static func isClassName(_ stem: String) -> Bool {
    let word = stem.lowercased().prefix { $0.isLetter }
    return ["class", "label", "category", "cls"].contains(String(word)) && word.count < stem.count
  }

  // MARK: Arrays of NumPy

  /// Arrays as one file: folders are groups, and an array's name is its dataset's.
  private static func folder(
    of files: [FileDescription], names: CheckpointName
  ) -> FileDescription {
    let paths = files.map { $0.file.split(separator: "/", omittingEmptySubsequences: true) }
    let folders = paths.map { Array($0.dropLast()) }
    var shared = folders.first?.count ?? 0
    while shared > 0, !folders.allSatisfy({ $0.starts(with: folders[0].prefix(shared)) }) {
      shared -= 1
    }
    let datasets = zip(files, paths).flatMap { file, path in
      let groups = path.dropFirst(shared).dropLast().map(String.init)
      return file.datasets.map { dataset in
        var copy = dataset
        copy.components = groups + names.partedByStep(file.file.fileStem)
        copy.creationOrder = copy.components.map { _ in nil }
        return copy
      }
    }
    let name = folders.first.flatMap { $0.prefix(shared).last }.map(String.init) ?? "activations"
    return FileDescription(
      file: name, datasets: datasets.sorted { $0.path.naturallyPrecedes($1.path) })
  }

  // MARK: Labels in a file of their own

  /// Files of labels alone, their datasets put beside the layers of all others.
  private static func withLabelFiles(_ files: [FileDescription]) -> [FileDescription] {
    let isOfLabels = files.map { file in
      !file.labels.isEmpty && !file.datasets.contains { $0.role == .layer }
    }
    guard isOfLabels.contains(true), isOfLabels.contains(false) else { return files }
    let labels = zip(files, isOfLabels).filter(\.1).flatMap { file, _ in
      file.datasets.map { dataset in
        var copy = dataset
        let array = dataset.array(in: file.file)
        copy.array =
          array.name.hasPrefix(array.file) ? array : array.named("\(file.file):\(array.name)")
        return copy
      }
    }
    return zip(files, isOfLabels).filter { !$1 }.map { file, _ in
      file.with(file.datasets + labels)
    }
  }

  // MARK: Samples

  /// Files that are one sample each as groups of one file; nil where they hold several, or steps.
  private func samplesOfOne(_ files: [FileDescription]) -> FileDescription? {
    let layers = files.map { file in
      file.datasets.filter { $0.role == .layer || $0.role == .other(DatasetRole.oneAxis) }
    }
    guard Set(layers.map { Set($0.map(\.components)) }).count == 1, !layers[0].isEmpty else {
      return nil
    }
    // Arrays of one form may be the samples, and the files what their names say: steps.
    let forms = Set(layers[0].map { [$0.shape?.count ?? 0, $0.shape?.last ?? 0] })
    guard forms.count > 1 || files.allSatisfy({ names.step(in: $0.file.fileStem) == nil }),
      !files.contains(where: { names.matches($0.file.fileStem, parent: nil) })
    else { return nil }
    let datasets = files.flatMap { file in
      file.datasets.map { dataset in
        var copy = dataset.inserting(file.file.fileStem)
        copy.array = dataset.array(in: file.file)
        return copy
      }
    }
    return FileDescription(file: Self.folderName(files), datasets: datasets)
  }

  // MARK: Layers

  /// Files of one checkpoint as groups of one file.
  private func layersOfOne(_ files: [FileDescription], name: String? = nil) -> FileDescription {
    let datasets = files.flatMap { file in
      let layers = file.datasets.filter { $0.role == .layer }
      let stem = names.partedByStep(file.file.fileStem).last ?? file.file.fileStem
      return file.datasets.map { dataset in
        var copy = dataset
        copy.array = dataset.array(in: file.file)
        if layers.count == 1, dataset.role == .layer {
          copy.components = [stem, "activations"]
          copy.creationOrder = [nil, nil]
          return copy
        }
        return copy.inserting(stem)
      }
    }
    return FileDescription(
      file: name ?? Self.folderName(files),
      datasets: datasets, skippedLinks: files.flatMap(\.skippedLinks))
  }

  /// The files of each step, where several have the same step: `epoch_0_layer1`, `epoch_0_layer2`.
  private func byStepAndLayer(
    _ files: [FileDescription]
  ) throws(ActivationFileError) -> [FileDescription]? {
    let parts = files.map { names.partedByStep($0.file.fileStem) }
    guard parts.allSatisfy({ $0.count == 2 }) else { return nil }
    let steps = Dictionary(grouping: zip(files, parts), by: { $1[0] })
    let rest = Set(steps.values.map { Set($0.map { $1[1] }) })
    guard steps.values.contains(where: { $0.count > 1 }), rest.count == 1 else { return nil }
    return steps.sorted { $0.key.naturallyPrecedes($1.key) }.map { step, members in
      layersOfOne(members.map(\.0), name: step)
    }
  }

  private static func folderName(_ files: [FileDescription]) -> String {
    let folder = files[0].file.split(separator: "/").dropLast().last.map(String.init)
    return folder.flatMap { [".", ".."].contains($0) ? nil : $0 } ?? "activations"
  }

  // MARK: Classes

  /// Files of one class each as one file, their rows one after another.
  private func classesOfOne(
    _ files: [FileDescription]
  ) throws(ActivationFileError) -> FileDescription {
    let files = files.sorted { $0.file.fileStem.naturallyPrecedes($1.file.fileStem) }
    let classNames = Self.distinctParts(of: files.map(\.file.fileStem))
    let layers = files.map { file in
      Dictionary(
        file.datasets.filter { $0.role == .layer }.map { ($0.components, $0) },
        uniquingKeysWith: { first, _ in first })
    }
    // A single layer may have any name in each file.
    let isSingle = layers.allSatisfy { $0.count == 1 }
    var datasets: [DatasetDescription] = []
    for (components, first) in layers[0].sorted(by: { $0.value.path < $1.value.path }) {
      var merged = first
      merged.array = first.array(in: files[0].file)
      var shape = first.shape ?? []
      var rows = 0
      for (index, file) in files.enumerated() {
        guard let part = isSingle ? layers[index].values.first : layers[index][components],
          let extents = part.shape, extents.count == shape.count, !extents.isEmpty,
          extents.dropFirst() == shape.dropFirst(), part.obstacle == nil
        else { throw .classFilesDiffer(files[0].file, file.file, layer: first.path) }
        let array = part.array(in: file.file)
        try part.storage.requireOwnValues(
          of: array, at: DatasetSite(file: file.file, path: part.path, layer: nil),
          memoryLimit: .max)
        merged.pieces.append(
          LayerPiece(
            array: array, view: part.view ?? AxisView(rank: array.shape.count),
            rowCount: extents[0]))
        merged.classes.append(ClassRun(name: classNames[index], count: extents[0]))
        rows += extents[0]
      }
      shape[0] = rows
      merged.shape = shape
      datasets.append(merged)
    }
    return FileDescription(file: Self.folderName(files), datasets: datasets)
  }

  /// Names without what all of them begin with, up to a separator: `feats_cat` → `cat`.
  private static func distinctParts(of names: [String]) -> [String] {
    let separators: Set<Character> = ["_", "-", ".", " "]
    var start = 0
    let characters = names.map { Array($0) }
    let shortest = characters.map(\.count).min() ?? 0
    for index in 0..<shortest {
      guard Set(characters.map { $0[index] }).count == 1 else { break }
      if separators.contains(characters[0][index]), index + 1 < shortest { start = index + 1 }
    }
    return characters.map { String($0[start...]) }
  }
}

/// Words that names of layers begin with.
enum LayerWords {
  private static let words: Set<String> = [
    "layer", "layers", "block", "blocks", "conv", "fc", "dense", "relu", "pool", "hidden", "logits",
    "linear", "encoder", "decoder", "embedding", "embeddings", "attn", "attention", "mlp", "stage",
    "resblock", "bottleneck", "head", "stem", "features", "classifier", "avgpool", "maxpool",
  ]

  static func begin(_ name: String, besides other: String = "") -> Bool {
    let word = String(name.lowercased().prefix { $0.isLetter })
    return word != other && words.contains(word)
  }
}

extension FileDescription {
  /// Whether this is a single array of NumPy.
  fileprivate var isArray: Bool { datasets.count == 1 && datasets[0].path == file }
}

extension StoredArray {
  /// The array as a person calls it elsewhere.
  func named(_ name: String) -> StoredArray {
    var copy = self
    copy.name = name
    return copy
  }
}
