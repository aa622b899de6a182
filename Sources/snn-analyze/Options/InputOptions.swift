public import ActivationFiles
public import ArgumentParser

/// Which files, and what of them.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "HDF5, NumPy or safetensors files: one with every checkpoint, or several with one checkpoint, layer or "
        + "class each; or a folder of them.", valueName: "files"),
    completion: .file(extensions: [
      "h5", "hdf5", "hdf", "h5ad", "nc", "mat", "npy", "npz", "safetensors",
    ]))
  var files: [String]

  @OptionGroup(title: "Input") var selection: SelectionOptions

  var reading: ReadingOptions { selection.reading }
}

/// What of the files to read, and as what.
struct SelectionOptions: ParsableArguments {
  @Option(help: "Only layers whose name matches this pattern (* ? [a-z]); may be repeated.")
  var layers: [String] = []

  @Option(help: "Leave out layers whose name matches this pattern; may be repeated.")
  var except: [String] = []

  @Option(help: "Only checkpoints whose name matches this pattern; may be repeated.")
  var checkpoints: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where the class labels are: a dataset's path, FILE.h5:PATH, FILE.csv:COLUMN or FILE.npy. "
        + "'report' takes several, for a report by each of them from one reading of the layers.",
      valueName: "where"))
  var labels: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which groups or files are checkpoints; the first captured digits are the step.",
      valueName: "regex"))
  var checkpointPattern: String?

  @Option(
    help: ArgumentHelp(
      "How samples of several axes become rows: flatten, mean, max, first or last.",
      valueName: "how"))
  var pool: Pooling?

  @Option(
    help: ArgumentHelp("Where images have their channels, for --pool: first or last."))
  var channels: Channels?

  @Option(
    help: ArgumentHelp(
      "The split to read, where files have several: train, test …", valueName: "name"))
  var split: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The axis of the samples as stored, from 0; −1 is the last.", valueName: "axis"))
  var sampleAxis: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The axis of the layers as stored, where one dataset holds all.", valueName: "axis"))
  var layerAxis: Int?

  @Option(
    help: ArgumentHelp(
      "What 16-bit integers or plain bytes are: "
        + StoredType.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "type"))
  var dtype: StoredType?

  @Option(
    help: ArgumentHelp(
      "Samples that are no padding: a number, or the dataset that holds it.", valueName: "count"))
  var count: String?

  @Option(
    help: ArgumentHelp(
      "The order of layers: name, creation, attribute (layer_names), their names as a list, or @FILE "
        + "with a name a line.", valueName: "order"))
  var order: LayerOrderOption?

  @Option(
    help: ArgumentHelp(
      "What each of several files is: checkpoint, layer, class, shard (a part of the samples) or run "
        + "(a training of its own: 'compare', 'baseline' and 'check').",
      valueName: "what"))
  var eachFile: FileContent?

  @Option(
    help: ArgumentHelp(
      "What each group or numbered dataset of a file is: checkpoint, layer or shard.",
      valueName: "what"))
  var eachGroup: GroupContent?

  @Flag(help: "Every dataset, or every group of them, is one sample.")
  var perSample = false

  @Option(
    help: ArgumentHelp(
      "The order of samples, or of parts of them, that are datasets, groups or files, for labels "
        + "without ids: natural (img_2 before img_10), name (as text, as h5py lists them) or creation.",
      valueName: "order"))
  var sampleOrder: SampleOrdering?

  @Flag(
    help: ArgumentHelp(
      "Every token is a sample: layers are samples × tokens × features, labels samples × tokens. "
        + "Tokens of label −100, or where a mask is 0, are left out."))
  var tokens = false

  @Flag(help: "Open the other files that external links and virtual datasets name.")
  var followExternal = false

  @Option(
    help: ArgumentHelp(
      "The folder of HDF5 plugins for filters such as blosc and zstd; hdf5plugin.PLUGIN_PATH in "
        + "Python.", valueName: "folder"))
  var plugins: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Give up, before anything is read, all rights that the run does not need (Linux).")
  var isolate = true

  @Flag(help: "Layers may be missing at some checkpoints.")
  var allowMissing = false

  @Option(
    help: ArgumentHelp(
      "Give a file up when the HDF5 library makes no progress for so long.", valueName: "seconds"))
  var patience: Double = 10

  func validate() throws {
    guard patience > 0 else {
      throw ValidationError("--patience must be more than 0 seconds, not \(patience).")
    }
    guard !(tokens && perSample) else {
      throw ValidationError(
        "--tokens and --per-sample say two things of what a sample is. Give one.")
    }
  }

  var reading: ReadingOptions {
    var options = ReadingOptions()
    options.layers = layers
    options.except = except
    options.checkpoints = checkpoints
    options.labels = labels
    options.checkpointPattern = checkpointPattern
    options.pooling = pool
    options.patience = patience
    options.channels = channels
    options.split = split
    options.sampleAxis = sampleAxis
    options.layerAxis = layerAxis
    options.storedType = dtype
    options.count = count
    options.order = order?.ordering
    options.layerOrder = order?.names ?? []
    options.fileContent = eachFile
    options.groupContent = eachGroup
    options.isPerSample = perSample
    options.sampleOrder = sampleOrder
    options.isPerToken = tokens
    options.followsOtherFiles = followExternal
    options.allowsMissing = allowMissing
    options.plugins = plugins
    return options
  }
}

extension Pooling: ExpressibleByArgument {}
extension Channels: ExpressibleByArgument {}
extension StoredType: ExpressibleByArgument {}
extension FileContent: ExpressibleByArgument {}
extension SampleOrdering: ExpressibleByArgument {}
extension GroupContent: ExpressibleByArgument {}

extension SelectionOptions {
  /// For commands that compare by one labeling.
  func requireOneLabeling() throws {
    guard labels.count > 1 else { return }
    throw ValidationError(
      "Several --labels make several reports; here give one of \(labels.joined(separator: ", ")).")
  }

  func requireDistinctLabelings() throws {
    guard Set(labels).count < labels.count else { return }
    throw ValidationError("--labels \(labels.joined(separator: ", ")): give each labeling once.")
  }
}
