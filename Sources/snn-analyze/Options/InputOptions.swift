public import ActivationFiles
public import ArgumentParser

/// Which files, and what of them.
struct InputOptions: ParsableArguments {
  @Argument(
    help: "HDF5 files: one with every checkpoint, or several with one checkpoint each.",
    completion: .file(extensions: ["h5", "hdf5", "hdf"]))
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
      "Where the class labels are: a dataset's path, FILE.h5:PATH, FILE.csv:COLUMN or FILE.npy.",
      valueName: "where"))
  var labels: String?

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

  var reading: ReadingOptions {
    var options = ReadingOptions()
    options.layers = layers
    options.except = except
    options.checkpoints = checkpoints
    options.labels = labels
    options.checkpointPattern = checkpointPattern
    options.pooling = pool
    return options
  }
}

extension Pooling: ExpressibleByArgument {}
