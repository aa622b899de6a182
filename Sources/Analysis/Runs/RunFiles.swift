package import ActivationFiles
internal import Activations

/// What several files of one name are: checkpoints of one training, or trainings of their own that
/// differ in what a seed draws.
///
/// 1. `--each-file run` says that each is a training; any other `--each-file` that they are one.
/// 2. Files that read as one training, whose names tell the moments of it or whose arrays are its
///    layers or classes, are one.
/// 3. Files of several checkpoints each, or all of the same moments, are trainings; so are files of
///    one checkpoint each whose names tell seeds. Files of one seed are one training.
/// 4. Where both could be, the answer is a question that names the option.
package struct RunFiles: Sendable {
  /// A training: its files, as they are read.
  package struct Run: Sendable {
    /// Unlike that of any other of the group: the file's, or as much of its path as it takes.
    package let name: String
    package let files: [String]
    package let seed: Int?
  }

  /// In the order of their seeds, or else of their names.
  package let runs: [Run]
  /// How files were taken, where nobody said it.
  package let notes: [String]
  /// Whether several trainings were given, or said to be.
  package let areRuns: Bool

  /// - Parameters:
  ///   - group: What messages call the files together.
  ///   - paths: Files, folders and patterns.
  /// - Throws: Where both readings are possible; where two trainings are one and the same; what is
  ///   wrong with the files.
  package init(
    group: String, paths: [String], reading: ReadingOptions
  ) throws(AnalysisError) {
    let files: [String]
    do throws(ActivationFileError) {
      files = try ActivationCollection.files(at: paths)
    } catch {
      throw AnalysisError(error)
    }
    let parts = try Self.trainings(group, files, reading)
    areRuns = parts.count > 1 || reading.fileContent == .run
    guard areRuns else {
      runs = [Run(name: group, files: paths, seed: nil)]
      notes = []
      return
    }
    if parts.count == 1 {
      throw AnalysisError(
        "\(group): --each-file run, and there is one file: \(files[0]). A mean over runs needs "
          + "several: give all of them under one name, such as \(group)=seed1.h5 \(group)=seed2.h5 "
          + "or '\(group)=seed*.h5'.", asks: true)
    }
    try Self.requireDistinct(group, parts)
    var notes: [String] = []
    let names = Self.names(of: parts)
    var found: [Run] = []
    for (files, name) in zip(parts, names) {
      let (seed, note) = try Self.seed(of: files, reading)
      if let note { notes.append("\(group): \(name): \(note)") }
      found.append(Run(name: name, files: files, seed: seed))
    }
    if found.allSatisfy({ $0.seed != nil }) {
      runs = found.enumerated().sorted {
        ($0.element.seed ?? 0, $0.offset) < ($1.element.seed ?? 0, $1.offset)
      }.map(\.element)
    } else {
      runs = found.sorted { $0.name.naturallyPrecedes($1.name) }
    }
    if reading.fileContent != .run {
      notes.append(
        "\(group): \(parts.count) trainings (\(runs.prefix(4).map(\.name).joined(separator: ", "))"
          + (parts.count > 4 ? " …" : "") + "), as each holds checkpoints of its own.")
    }
    self.notes = notes
  }

  /// The files of each training.
  private static func trainings(
    _ group: String, _ files: [String], _ reading: ReadingOptions
  ) throws(AnalysisError) -> [[String]] {
    if reading.fileContent == .run { return files.map { [$0] } }
    guard files.count > 1, reading.fileContent == nil else { return [files] }
    let bySeed = Self.bySeed(files)
    let together: Result<ActivationCollection, ActivationFileError> = Self.collection(
      files, reading)
    if case .success(let collection) = together {
      guard collection.checkpoints.count > 1 else {
        let sources = collection.checkpoints.flatMap { $0.layers.flatMap(\.pieces) }
        // Arrays whose names tell seeds would be layers of one network.
        if bySeed != nil, Set(sources.map(\.array.file)).count > 1 {
          throw Self.question(group, files, readings: ["layer", "run"])
        }
        return [files]
      }
      if collection.areUnsaidCheckpoints {
        if let bySeed { return bySeed }
        throw Self.question(group, files)
      }
      if bySeed != nil, Set(collection.checkpoints.map(\.file)).count > 1 {
        throw Self.question(group, files)
      }
      return [files]
    }
    let parts = bySeed ?? files.map { [$0] }
    var moments: [[String]] = []
    for part in parts {
      // What cannot be read alone is no training: what is wrong with all together is said.
      guard case .success(let collection) = Self.collection(part, reading) else {
        throw Self.failure(together)
      }
      moments.append(collection.checkpoints.map { $0.step.map(String.init) ?? $0.name })
    }
    let areLong = moments.allSatisfy { $0.count > 1 }
    let areAlike = moments.allSatisfy { $0 == moments[0] }
    if areLong || areAlike || bySeed != nil { return parts }
    if moments.contains(where: { $0.count > 1 }) { throw Self.question(group, files) }
    throw Self.failure(together)
  }

  private static func collection(
    _ files: [String], _ reading: ReadingOptions
  ) -> Result<ActivationCollection, ActivationFileError> {
    Result { () throws(ActivationFileError) in
      try ActivationCollection(paths: files, options: reading)
    }
  }

  private static func failure(
    _ result: Result<ActivationCollection, ActivationFileError>
  ) -> AnalysisError {
    switch result {
    case .success: AnalysisError("The files cannot be read.")
    case .failure(let error): AnalysisError(error)
    }
  }

  private static func question(
    _ group: String, _ files: [String], readings: [String] = ["checkpoint", "run"]
  ) -> AnalysisError {
    AnalysisError(
      "\(group): \(files[0]) and \(files.count - 1) more: are they \(readings[0])s of one training, or "
        + "trainings of their own, such as of other seeds? Say "
        + readings.map { "--each-file \($0)" }.joined(separator: " or ") + ".", asks: true)
  }

  /// The files of each seed, where the names of all tell one and these differ.
  private static func bySeed(_ files: [String]) -> [[String]]? {
    var parts: [Int: [String]] = [:]
    for file in files {
      guard let seed = RunSeed.named(by: file) else { return nil }
      parts[seed, default: []].append(file)
    }
    return parts.count > 1 ? parts.sorted { $0.key < $1.key }.map(\.value) : nil
  }

  /// What the name says, else what the file says; with a note where these differ.
  private static func seed(
    of files: [String], _ reading: ReadingOptions
  ) throws(AnalysisError) -> (seed: Int?, note: String?) {
    let named = RunSeed.named(by: files[0])
    var reading = reading
    if files.count == 1, reading.fileContent == .run { reading.fileContent = nil }
    let stored: Int?
    do throws(ActivationFileError) {
      stored = try Self.collection(files, reading).get().storedSeed()
    } catch {
      throw AnalysisError(error)
    }
    guard let named, let stored, named != stored else { return (named ?? stored, nil) }
    return (
      named,
      "its name says seed \(named) and its attribute seed \(stored); the name counts. Rename it if "
        + "the attribute is right."
    )
  }

  /// The shortest names by the ends of paths that tell all apart.
  private static func names(of parts: [[String]]) -> [String] {
    let paths = parts.map { files -> [String] in
      var components = files[0].split(separator: "/").map(String.init)
      // Of several files the folder, where they share it.
      if files.count > 1, components.count > 1 { components.removeLast() }
      if files.count == 1, let last = components.popLast() { components.append(last.fileStem) }
      return components
    }
    for depth in 1...max(1, paths.map(\.count).max() ?? 1) {
      let names = paths.map { $0.suffix(depth).joined(separator: "/") }
      if Set(names).count == names.count { return names }
    }
    return parts.map { $0[0] }
  }

  /// Throws where two trainings are the same bytes.
  private static func requireDistinct(
    _ group: String, _ parts: [[String]]
  ) throws(AnalysisError) {
    let files = parts.flatMap(\.self)
    let sizes = files.map(ContentCopies.size)
    for (index, file) in files.enumerated() {
      for other in files.indices[..<index] {
        guard let size = sizes[index], size > 0, size == sizes[other],
          ContentCopies.areSame(file, files[other])
        else { continue }
        throw AnalysisError(
          "\(group): \(files[other]) and \(file) are the same bytes. A copy is no other seed: give "
            + "each training once.")
      }
    }
  }
}
