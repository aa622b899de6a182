/// A dataset that a message is about, and the name to skip it by.
struct DatasetSite {
  let file: String
  let path: String
  /// The layer it is, if it is one.
  let layer: String?
  /// Whether it is of the data to train a network on, and no activations or labels.
  var isTrainingData = false

  /// How to go on without it.
  var remedy: String {
    if isTrainingData { return "or train on other data" }
    return layer.map { "or skip the layer with --except \($0.quotedForShell)" }
      ?? "or name other labels with --labels"
  }
}

// Every sentence about what a file holds is here; those about opening and reading one are in
// ActivationFileError+Access.swift.
extension ActivationFileError {
  private init(_ site: DatasetSite, _ message: String, asks: Bool = false) {
    self.init(file: site.file, "\(site.path) \(message)", asks: asks)
  }

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
      "\(odd.path) has \(odd.sampleCount) rows but \(other.path) has \(other.sampleCount). "
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

  // MARK: Layers

  static func unreadable(_ site: DatasetSite, because obstacle: String) -> Self {
    Self(site, obstacle + (site.layer == nil ? "." : ", \(site.remedy)."))
  }

  static func obstructed(file: String, path: String, _ obstacle: String) -> Self {
    Self(file: file, "\(path) \(obstacle).")
  }

  static func withoutDataspace(_ site: DatasetSite) -> Self {
    Self(site, "has a NULL dataspace: it holds no values. Export it again, \(site.remedy).")
  }

  static func unsupportedType(_ site: DatasetSite, _ type: String) -> Self {
    Self(
      site,
      "holds values of type \(type), which cannot be read as numbers. Store it as float16, "
        + "float32 or float64, \(site.remedy).")
  }

  static func tooManyAxes(_ site: DatasetSite, _ rank: Int) -> Self {
    Self(
      site, "has \(rank) axes; at most 8 can be read. Flatten it before storing, \(site.remedy).")
  }

  static func zeroRows(_ site: DatasetSite) -> Self {
    Self(site, "has zero rows: no sample was stored. Export it again, \(site.remedy).")
  }

  static func zeroColumns(_ site: DatasetSite, _ shape: [Int]) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents): its samples have zero features. Export it again, "
        + "\(site.remedy).")
  }

  static func implausibleSize(_ site: DatasetSite, _ shape: [Int]) -> Self {
    Self(
      site,
      "claims the shape \(shape.asExtents), more than its file can hold. The file is damaged: "
        + "copy or export it again, \(site.remedy).")
  }

  static func isTooLargeToTrainOn(_ site: DatasetSite, _ shape: [Int]) -> Self {
    Self(
      site,
      "has the shape \(shape.asExtents), too much for the memory there is. Take a part of the "
        + "samples, \(site.remedy).")
  }

  static func externalStorage(_ site: DatasetSite) -> Self {
    Self(
      site,
      "keeps its values in another file (external storage), which is not followed. Store it "
        + "inside with h5repack -l CONTI in.h5 out.h5, allow it with --follow-external, "
        + "\(site.remedy).")
  }

  static func virtualDataset(_ site: DatasetSite, sources: [String]) -> Self {
    Self(
      site,
      "is a virtual dataset made of \(sources.listed(limit: 3)), which is not followed. Store the "
        + "values themselves, allow it with --follow-external, \(site.remedy).")
  }

  static func sourceIsMissing(_ site: DatasetSite, _ source: String) -> Self {
    Self(
      site,
      "takes its values from \(source), which is not there. Put the file where it was when this "
        + "one was written, \(site.remedy).")
  }

  /// - Parameter fault: the source and what is wrong with it.
  static func sourceIsUnfit(_ site: DatasetSite, _ fault: String) -> Self {
    Self(
      site,
      "takes its values from \(fault). Write the sources and it again, \(site.remedy).")
  }

  static func neverWritten(_ site: DatasetSite) -> Self {
    Self(
      site,
      "was created but never written. Was the export interrupted? Export it again, "
        + "\(site.remedy).")
  }

  static func rowsWereNeverWritten(
    _ site: DatasetSite, _ rows: Range<Int>, of rowCount: Int
  ) -> Self {
    let last = rows.upperBound - 1
    let which = rows.count > 1 ? "rows \(rows.lowerBound) to \(last) were" : "row \(last) was"
    return Self(
      site,
      "has \(rowCount) rows, but \(which) never written and hold\(rows.count > 1 ? "" : "s") "
        + "fill values. Was the export interrupted? Export it again"
        + (rows.lowerBound > 0
          ? ", say --count \(rows.lowerBound) if no more rows count" : "")
        + ", \(site.remedy).")
  }

  static func threeAxes(
    _ site: DatasetSite, _ shape: [Int], isPerSample: Bool = false
  ) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents), three axes. Say what a sample's features are with --pool: "
        + "mean, max, first or last over the middle axis, or flatten; or which axis counts layers "
        + "with --layer-axis\(isPerSample ? " (counted within a sample)" : ""), \(site.remedy).",
      asks: true)
  }

  static func chunkIsTooLarge(_ site: DatasetSite, _ chunk: [Int], byteSize: Int) -> Self {
    Self(
      site,
      "has chunks of \(chunk.asExtents) (\(byteSize >> 20) MiB each), too large for the memory "
        + "limit. Raise --memory to \(max(1, byteSize >> 18)) MiB, write it in smaller chunks, "
        + "\(site.remedy).")
  }

  static func unsaidType(_ site: DatasetSite, _ type: ElementType) -> Self {
    let choices = type.choices.map { "--dtype \($0.rawValue)" }
    return Self(
      site,
      "holds values of type \(type.name), which may be bits of another type. Say "
        + "\(choices.dropLast().joined(separator: ", ")) or \(choices.last ?? ""), "
        + "\(site.remedy).", asks: true)
  }

  static func noSuchAxis(
    _ site: DatasetSite, option: String, axis: Int, _ shape: [Int]
  ) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents) in the file, and \(option) \(axis) is none of its axes that "
        + "are free. Axes are counted from 0, \(site.remedy).")
  }

  static func unknownSampleAxis(_ site: DatasetSite, _ counted: [Int], _ seen: [Int]) -> Self {
    let axes = counted.indices.filter { counted[$0] == seen.first }
    return Self(
      site,
      "has shape \(counted.asExtents), so its \(seen.first ?? 0) samples may be along "
        + axes.map { "axis \($0)" }.joined(separator: " or ")
        + ", and nothing in the file says which. Say --sample-axis \(axes.first ?? 0) if the rows "
        + "are samples, as in Python, else the other, \(site.remedy).", asks: true)
  }

  static func ambiguousLayerAxis(
    _ site: DatasetSite, _ shape: [Int], count: Int, axes: [Int]
  ) -> Self {
    let options = axes.map { "--layer-axis \($0)" }.joined(separator: " or ")
    return Self(
      site,
      "has shape \(shape.asExtents) and holds \(count) layers by its attribute num_layers, which "
        + "several axes may be. Say \(options), \(site.remedy).", asks: true)
  }

  static func tooManyLayers(
    _ site: DatasetSite, _ shape: [Int], axis: Int, limit: Int
  ) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents), and axis \(axis) would be more than \(limit) layers. Correct "
        + "its attribute num_layers, or say --layer-axis, \(site.remedy).")
  }

  static func rowIsTooLarge(_ site: DatasetSite, byteSize: Int) -> Self {
    Self(
      site,
      "has rows of \(byteSize >> 20) MiB, too large for the memory limit. Raise --memory to "
        + "\(max(1, byteSize >> 18)) MiB, pool its features with --pool where it has more axes, "
        + "\(site.remedy).")
  }

  static func samplesVary(_ site: DatasetSite, _ isPerSample: Bool) -> Self {
    Self(
      site,
      "and the samples beside it differ in their number of positions, so they cannot be "
        + "flattened. Say --pool mean, max, first or last, or --layer-axis if an axis counts layers, "
        + "\(site.remedy).")
  }

  // MARK: One sample a dataset

  static func looksPerSample(
    file: String, example: String, count: Int, hasTokens: Bool
  ) -> Self {
    Self(
      file: file,
      "\(count) datasets or groups like \(example) look like one sample each. Say --per-sample if "
        + "they are" + (hasTokens ? " (with --pool mean, max, first or last for tokens)" : "")
        + ", --each-group shard if each holds several samples, or --checkpoint-pattern '' if they "
        + "are layers.", asks: true)
  }

  static func noSamples(file: String) -> Self {
    Self(
      file: file,
      "--per-sample: there are no datasets or groups beside each other that could be samples, as "
        + "in /img_0/layer1 and /img_1/layer1, or /sentence_0 and /sentence_1.")
  }

  static func samplesLackLayer(
    file: String, layer: String, count: Int, expected: Int
  ) -> Self {
    Self(
      file: file,
      "--per-sample: only \(count) of \(expected) samples have \(layer). Leave it out with "
        + "--except \(layer.quotedForShell), or export every sample with every layer.")
  }

  static func samplesDiffer(
    file: String, first: String, _ shape: [Int], other: String, _ otherShape: [Int]
  ) -> Self {
    Self(
      file: file,
      "--per-sample: \(first) has shape \(shape.asExtents) and \(other) has "
        + "\(otherShape.asExtents). Samples of one layer need the same axes and as many features.")
  }

  // MARK: What only the user can say

  static func severalSplits(file: String, splits: [String]) -> Self {
    Self(
      file: file,
      "there are several splits: \(splits.listed()). Choose one with --split "
        + "\(splits.last ?? "test").", asks: true)
  }

  static func noSuchSplit(file: String, _ split: String, splits: [String]) -> Self {
    Self(
      file: file,
      "--split \(split): there is no such split. "
        + (splits.isEmpty
          ? "The file does not tell splits apart." : "The splits are: \(splits.listed())."))
  }

  static func unsaidContent(files: [String]) -> Self {
    Self(
      file: files.first ?? "",
      "this file and \(files.count - 1) more hold layers of the same name and no labels. Say what "
        + "each file is with --each-file class (then its name is the class), --each-file "
        + "checkpoint, layer or shard (then with --labels).", asks: true)
  }

  static func looksLikeShards(file: String, names: [String], rows: [Int]) -> Self {
    Self(
      file: file,
      "\(names.listed(limit: 4)) (\(rows.prefix(4).map(String.init).joined(separator: ", "))"
        + (rows.count > 4 ? " …" : "") + " rows) look like parts of the samples. Say --each-group "
        + "shard to join them in this order, or --each-group layer if they are layers.", asks: true)
  }

  static func looksLikeShardFiles(files: [String], rows: [Int]) -> Self {
    let list = zip(files, rows).map { "\($0.fileStem) (\($1) rows)" }.listed(limit: 4)
    return Self(
      file: files.first ?? "",
      "\(list) hold the same layers and look like parts of the samples, not like checkpoints. Say "
        + "--each-file shard to join them in this order, or --each-file checkpoint.", asks: true)
  }

  static func labelsOfFilesDiffer(files: [String]) -> Self {
    Self(
      file: files.first ?? "",
      "this file and \(files.count - 1) more hold the same layers and other labels: parts of the "
        + "samples, or checkpoints? Say --each-file shard to join their rows in natural order, or "
        + "--each-file checkpoint.", asks: true)
  }

  static func noShards(file: String) -> Self {
    Self(
      file: file,
      "there are no groups or datasets beside each other that differ in their numbers alone, as "
        + "batch_0 and batch_1 do, so none can be parts of the samples. Leave --each-group shard or "
        + "--each-file shard out.")
  }

  static func shardLacks(file: String, path: String) -> Self {
    Self(
      file: file,
      "has no \(path), which other parts of the samples have. Export every part with every layer.")
  }

  static func shardsDiffer(
    file: String, _ path: String, _ rows: [Int], _ other: String, _ otherRows: [Int]
  ) -> Self {
    func list(_ rows: [Int]) -> String { rows.map(String.init).listed(limit: 6) }
    return Self(
      file: file,
      "the parts of the samples at \(path) have \(list(rows)) rows, those at \(other) "
        + "\(list(otherRows)). Export every layer in the same parts.")
  }

  static func shardHasOtherRows(
    file: String, shard: String, path: String, _ rows: Int, _ expected: Int
  ) -> Self {
    Self(
      file: file,
      "\(path) has \(rows) rows, but \(shard) has \(expected) of other layers. Export every "
        + "layer in the same parts.")
  }

  static func shardsHaveOtherForms(
    file: String, _ path: String, _ shape: [Int], _ other: String, _ otherShape: [Int]
  ) -> Self {
    Self(
      file: file,
      "\(other) (\(otherShape.asExtents)) cannot be joined to \(path) (\(shape.asExtents)): "
        + "parts of the samples have the same features. Export every part with the same layers.")
  }

  static func classFilesDiffer(_ first: String, _ other: String, layer: String) -> Self {
    Self(
      file: other,
      "lacks \(layer) of \(first), or has it in another shape. Files of one class each need the "
        + "same layers and features.")
  }

  static func storedTypeFitsNothing(file: String, _ type: StoredType) -> Self {
    Self(
      file: file,
      "--dtype \(type.rawValue): no layer is stored as integers or plain bytes of that size. "
        + "snn-analyze inspect lists the types.")
  }

  static func noSuchCount(file: String, _ count: String) -> Self {
    Self(
      file: file,
      "--count \(count): this is neither a number above 0 nor a dataset that holds a single "
        + "integer and is called \(DatasetNames.counts.sorted().joined(separator: ", ")).")
  }

  static func countsDiffer(file: String, paths: [String]) -> Self {
    Self(
      file: file,
      "\(paths.listed()) each say how many samples there are, and they differ. Choose one with "
        + "--count \(paths.first ?? "PATH").", asks: true)
  }

  static func orderIsUnknown(file: String, _ order: LayerOrdering) -> Self {
    Self(
      file: file,
      order == .attribute
        ? "--order attribute: no attribute layer_names names the layers. Use --order name."
        : "--order creation: the file did not keep the order of creation (h5py: "
          + "track_order=True). Use --order name.")
  }

  static func unknownChannels(_ site: DatasetSite, _ shape: [Int]) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents), and which axis holds the channels cannot be told. Say "
        + "--channels first or --channels last, or --pool flatten, \(site.remedy).", asks: true)
  }
}

extension [Int] {
  /// Extents as a person writes them: `512×64`.
  var asExtents: String { isEmpty ? "()" : map(String.init).joined(separator: "×") }
}

extension String {
  /// The name as a shell takes it.
  var quotedForShell: String {
    unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "_-./:".unicodeScalars.contains(scalar)
    } ? self : "'\(self)'"
  }
}
