// Every sentence about what a file as a whole holds, and what was asked for of it.
extension ActivationFileError {
  // MARK: What is in the file

  /// - Parameter notes: what could be layers but for their names.
  static func noLayers(file: String, leftOut: [LeftOut], notes: [String]) -> Self {
    let seen = leftOut.map { "\($0.path) (\($0.reason))" }.listed()
    let what = leftOut.isEmpty ? "The file holds no dataset." : "It holds \(seen)."
    return Self(
      file: file,
      "no layers were found. \(what) A layer is a dataset of samples × features, as in "
        + "/epoch_0/layer1 or /layer1." + notes.map { " " + $0 }.joined())
  }

  static func holdsWeights(file: String) -> Self {
    Self(
      file: file,
      "this file holds the weights of a network, not activations. Run the network on labelled "
        + "samples and store what its layers put out.")
  }

  static func numberedGroups(file: String, groups: [String]) -> Self {
    Self(
      file: file,
      "the groups \(groups.listed(nearestTo: "", limit: 5)) could be steps of the training or "
        + "parts of the network. Say --checkpoint-pattern '^(\\d+)$' if they are steps, or "
        + "--checkpoint-pattern '' if they are parts.", asks: true)
  }

  static func layersDiffer(
    file: String, checkpoint: String, reference: String, missing: Set<String>, extra: Set<String>
  ) -> Self {
    var differences: [String] = []
    if !missing.isEmpty { differences.append("lacks \(missing.listed(nearestTo: ""))") }
    if !extra.isEmpty { differences.append("has \(extra.listed(nearestTo: "")) in addition") }
    return Self(
      file: file,
      "the layers of \(checkpoint) are not those of \(reference): it "
        + "\(differences.joined(separator: " and ")). Choose layers that every checkpoint has "
        + "with --layers or --except, or leave checkpoints out with --checkpoints.")
  }

  static func rowCountsDiffer(_ odd: LayerEntry, _ other: LayerEntry) -> Self {
    Self(
      file: odd.file,
      "\(odd.path) has \(odd.sampleCount.asRowCount) but \(other.path) has \(other.sampleCount). "
        + "Export both from the same batch, or skip the layer with --except "
        + "\(odd.name.quotedForShell)."
        + (odd.shape.dropFirst().contains(other.sampleCount)
          ? " If another axis counts its samples, say --sample-axis." : ""))
  }

  static func severalFilesOfSeveralCheckpoints(file: String, checkpoints: [String]) -> Self {
    Self(
      file: file,
      "this file holds several checkpoints (\(checkpoints.listed(nearestTo: "", limit: 4))), and "
        + "several files were given. Give one such file, or files of one checkpoint each; to set "
        + "runs side by side use snn-analyze compare NAME=FILE NAME=FILE.")
  }

  static func givenTwice(file: String) -> Self {
    Self(file: file, "this file was given twice. Give each checkpoint once.")
  }

  static func oneCheckpointInTwoFiles(files: [String], names: [String]) -> Self {
    let what =
      names.count == 1
      ? "the checkpoint \(names[0])" : "\(names.joined(separator: " and ")), which are one step"
    return Self(
      file: files.joined(separator: ", "),
      "both hold \(what), so they are not checkpoints of one run. Give the files of one run at a "
        + "time; set runs or models side by side with snn-analyze compare NAME=FILE NAME=FILE, and "
        + "hold each against a baseline of its own with snn-analyze check NAME=FILE NAME=FILE "
        + "--baseline FOLDER. If they are checkpoints of one run all the same, say "
        + "--each-file checkpoint.", asks: true)
  }

  // MARK: What was asked for

  static func invalidCheckpointPattern(_ pattern: String, file: String) -> Self {
    Self(
      file: file,
      "--checkpoint-pattern '\(pattern)' is no regular expression. Write one whose first group "
        + "is the step, such as '^epoch_(\\d+)$'.")
  }

  static func checkpointPatternMatchesNothing(
    _ pattern: String, file: String, names: Set<String>
  ) -> Self {
    Self(
      file: file,
      "--checkpoint-pattern '\(pattern)' matches no group and no file name. There are: "
        + "\(names.listed(nearestTo: pattern)).")
  }

  static func patternMatchesNothing(
    file: String, option: String, pattern: String, kind: String, names: [String]
  ) -> Self {
    Self(
      file: file,
      "\(option) '\(pattern)' matches no \(kind). The \(kind)s are: "
        + "\(names.listed(nearestTo: pattern)).")
  }

  static func patternMatchesNoLayer(
    file: String, option: String, pattern: String, path: String, reason: String
  ) -> Self {
    Self(
      file: file,
      "\(option) '\(pattern)' matches no layer: \(path) is none (\(reason)). Name layers; "
        + "snn-analyze inspect lists them.")
  }

  static func everyLayerIsSkipped(file: String, checkpoint: String, names: [String]) -> Self {
    Self(
      file: file,
      "--layers and --except leave no layer of \(checkpoint). The layers are: "
        + "\(names.listed(nearestTo: "")).")
  }
}
