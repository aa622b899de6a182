import Activations

// Every sentence about what only the user can say: what files, groups, datasets and axes are.
extension ActivationFileError {
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

  static func looksLikeColumns(file: String, example: String, count: Int) -> Self {
    Self(
      file: file,
      "\(count) columns like \(example) look like a feature each, with a value for each sample, and "
        + "columns are not joined. Store them as one array of samples × features, as with "
        + "numpy.stack(columns, axis=1) or frame.to_numpy().")
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

  // MARK: One sample a token

  static func noTokens(file: String) -> Self {
    Self(
      file: file,
      "--tokens: no layer has three axes, samples × tokens × features. Leave --tokens out.")
  }

  static func tokensDiffer(
    file: String, _ path: String, _ shape: [Int], other: String, _ otherShape: [Int]
  ) -> Self {
    Self(
      file: file,
      "--tokens: \(path) has shape \(shape.asExtents) and \(other) \(otherShape.asExtents). Layers "
        + "of the same tokens are needed; choose them with --layers or --except.")
  }

  static func tokensOfParts(file: String, path: String) -> Self {
    Self(
      file: file,
      "--tokens: \(path) is joined of parts, or one layer of several in a dataset, and is not read "
        + "by tokens. Store each layer as one dataset of samples × tokens × features.")
  }

  static func everyTokenIsPadding(file: String) -> Self {
    Self(
      file: file,
      "--tokens: every token is padding by its label (−100) or mask (0). Export the labels or the "
        + "mask again.")
  }

  static func labelsOfTokensElsewhere(file: String, _ place: String) -> Self {
    Self(
      file: file,
      "--tokens: labels of tokens are read beside the layers, not from \(place). Store them there as "
        + "labels, samples × tokens, or give their file with the others, as in snn-analyze "
        + "activations.h5 labels.npy --tokens.")
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
        + "checkpoint, layer or shard, or --per-sample if each is one sample (then with --labels).",
      asks: true)
  }

  static func looksLikeShards(file: String, names: [String], rows: [Int]) -> Self {
    Self(
      file: file,
      "\(names.listed(limit: 4)) (\(rows.prefix(4).map(String.init).joined(separator: ", "))"
        + (rows.count > 4 ? " …" : "") + " rows) look like parts of the samples. Say --each-group "
        + "shard to join them in this order, or --each-group layer if they are layers.", asks: true)
  }

  static func looksLikeShardFiles(files: [String], rows: [Int]) -> Self {
    let list = zip(files, rows).map { "\($0.fileStem) (\($1.asRowCount))" }.listed(limit: 4)
    return Self(
      file: files.first ?? "",
      "\(list) hold the same layers and look like parts of the samples, not like checkpoints. Say "
        + "--each-file shard to join them in this order, or --each-file checkpoint.", asks: true)
  }

  static func filesAreRuns(files: [String]) -> Self {
    Self(
      file: files.first ?? "",
      "--each-file run says that this file and \(files.count - 1) more are trainings of their own. "
        + "Set them side by side with snn-analyze compare GROUP=FILE..., keep what they differ by with "
        + "snn-analyze baseline, or give one at a time.", asks: true)
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
      "\(path) has \(rows.asRowCount), but \(shard) has \(expected) of other layers. Export every "
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

  static func orderNamesTwice(file: String, _ names: [String]) -> Self {
    let doubled = names.uniqueInOrder.filter { name in names.count { $0 == name } > 1 }
    return Self(
      file: file, "--order names \(doubled.listed(limit: 5)) twice. Name each layer once.")
  }

  static func orderLacksLayers(file: String, _ missing: Set<String>) -> Self {
    Self(
      file: file,
      "--order does not name \(missing.listed(nearestTo: "", limit: 5)). Name every layer, or choose "
        + "layers with --layers.")
  }

  static func orderIsUnknown(file: String, _ order: LayerOrdering) -> Self {
    Self(
      file: file,
      order == .attribute
        ? "--order attribute: no attribute layer_names names the layers. Use --order name."
        : "--order creation: the file did not keep the order of creation (h5py: "
          + "track_order=True). Use --order name.")
  }

  static func unsaidSampleOrder(file: String, place: String, _ doubt: SampleOrderDoubt) -> Self {
    let why: String
    switch doubt {
    case .orders(let place, let natural, let other, let ordering):
      why =
        "number \(place) (from 0) is \(natural) where names are in natural order, and \(other) "
        + (ordering == .name ? "as text" : "by creation")
    case .words(let first, let last):
      why = "names such as \(first) and \(last) do not count"
    }
    return Self(
      file: file,
      "\(place) carries no ids, so its rows follow the samples, in an order that nothing tells: \(why). "
        + "Give a table with a column of the names, or say --sample-order natural, name (as text, as h5py "
        + "lists them) or creation.", asks: true)
  }

  static func sampleOrderIsUnknown(file: String) -> Self {
    Self(
      file: file,
      "--sample-order creation: the file did not keep the order of creation (h5py: "
        + "track_order=True). Use --sample-order name, which is how h5py lists names then, or natural."
    )
  }

  static func unknownChannels(_ site: DatasetSite, _ shape: [Int]) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents), and which axis holds the channels cannot be told. Say "
        + "--channels first or --channels last, or --pool flatten, \(site.remedy).", asks: true)
  }
}
