import ActivationFiles
import Testing

private func dataset(_ path: String, _ shape: [Int], _ type: ElementType = .float32)
  -> DatasetDescription
{
  DatasetDescription(
    components: path.split(separator: "/").map(String.init), shape: shape, type: type)
}

private func refusal(
  _ files: [String: [DatasetDescription]], options: ReadingOptions = ReadingOptions()
) -> String {
  let files = files.sorted { $0.key < $1.key }.map {
    FileDescription(file: $0.key, datasets: $0.value)
  }
  return message { _ = try Discovery(files, options: options) }
}

private func labelsRefusal(_ datasets: [DatasetDescription]) throws -> String? {
  try Discovery([FileDescription(file: "a.h5", datasets: datasets)], options: ReadingOptions())
    .checkpoints[0].labelsProblem?.description
}

@Suite("What discovery refuses, by its words")
struct DiscoveryRefusalTests {
  @Test("No layers: what was seen instead")
  func noLayers() {
    #expect(
      refusal(["a.h5": [dataset("loss", [20]), dataset("labels", [6], .int64)]])
        == "no layers were found. It holds /loss (one axis, but a layer has samples × features), "
        + "/labels (labels). A layer is a dataset of samples × features, as in /epoch_0/layer1 "
        + "or /layer1.")
    #expect(
      refusal(["a.h5": []])
        == "no layers were found. The file holds no dataset. A layer is a dataset of samples × "
        + "features, as in /epoch_0/layer1 or /layer1.")
  }

  @Test("Weights are no activations")
  func weights() {
    #expect(
      refusal(["a.h5": [dataset("dense/kernel:0", [4, 3]), dataset("dense/bias:0", [3])]])
        == "this file holds the weights of a network, not activations. Run the network on "
        + "labelled samples and store what its layers put out.")
  }

  @Test("Checkpoints with different layers: the difference, and the options that mend it")
  func layersDiffer() {
    #expect(
      refusal([
        "a.h5": [
          dataset("epoch_0/a", [6, 4]), dataset("epoch_0/b", [6, 4]), dataset("epoch_1/a", [6, 4]),
          dataset("epoch_1/c", [6, 4]),
        ]
      ])
        == "the layers of epoch_1 are not those of epoch_0: it lacks b and has c in addition. "
        + "Choose layers that every checkpoint has with --layers or --except, or leave "
        + "checkpoints out with --checkpoints.")
  }

  @Test("Layers with different numbers of rows")
  func rowCounts() {
    #expect(
      refusal([
        "a.h5": [dataset("a", [6, 4]), dataset("b", [5, 4]), dataset("c", [6, 4])]
      ])
        == "/b has 5 rows but /a has 6. Export both from the same batch, or skip the layer with "
        + "--except b.")
  }

  @Test("Several files of several checkpoints belong to compare")
  func severalRuns() {
    let run = [dataset("epoch_0/a", [6, 4]), dataset("epoch_1/a", [6, 4])]
    #expect(
      refusal(["a.h5": run, "b.h5": run])
        == "this file holds several checkpoints (epoch_0, epoch_1), and several files were given. "
        + "Give one such file, or files of one checkpoint each; to set runs side by side use "
        + "snn-analyze compare NAME=FILE NAME=FILE.")
  }

  @Test("Groups that are only numbers are asked about")
  func numberedGroups() {
    #expect(
      refusal([
        "a.h5": ["0/a", "0/b", "1/a", "1/b"].map { dataset($0, [6, 4]) }
      ])
        == "the groups 0, 1 could be steps of the training or parts of the network. Say "
        + "--checkpoint-pattern '^(\\d+)$' if they are steps, or --checkpoint-pattern '' if they "
        + "are parts.")
  }

  @Test("Patterns that match nothing: the names there are, nearest first")
  func patterns() {
    let run = [
      "a.h5": ["epoch_0/conv1", "epoch_0/conv2", "epoch_0/logits"].map { dataset($0, [6, 4]) }
    ]
    #expect(
      refusal(run, options: options { $0.layers = ["con2"] })
        == "--layers 'con2' matches no layer. The layers are: conv2, conv1, logits.")
    #expect(
      refusal(run, options: options { $0.except = ["x*"] })
        == "--except 'x*' matches no layer. The layers are: conv1, conv2, logits.")
    #expect(
      refusal(run, options: options { $0.checkpoints = ["epoch_1"] })
        == "--checkpoints 'epoch_1' matches no checkpoint. The checkpoints are: epoch_0.")
    #expect(
      refusal(run, options: options { $0.except = ["*"] })
        == "--layers and --except leave no layer of epoch_0. The layers are: conv1, conv2, "
        + "logits.")
    #expect(
      refusal(run, options: options { $0.checkpointPattern = "it(\\d+)" })
        == "--checkpoint-pattern 'it(\\d+)' matches no group and no file name. There are: a, "
        + "epoch_0.")
    #expect(
      refusal(run, options: options { $0.checkpointPattern = "it(" })
        == "--checkpoint-pattern 'it(' is no regular expression. Write one whose first group is "
        + "the step, such as '^epoch_(\\d+)$'.")
  }

  @Test("At most ten names are listed")
  func manyNames() {
    let run = ["a.h5": (0..<14).map { dataset("layer\($0)", [6, 4]) }]
    #expect(
      refusal(run, options: options { $0.layers = ["layer"] })
        == "--layers 'layer' matches no layer. The layers are: layer0, layer1, layer2, layer3, "
        + "layer4, layer5, layer6, layer7, layer8, layer9 and 4 more.")
  }

  @Test("A pattern that names what is no layer says what it is")
  func patternForNoLayer() {
    #expect(
      refusal(
        ["a.h5": [dataset("a", [6, 4]), dataset("curve", [6])]],
        options: options { $0.layers = ["curve"] })
        == "--layers 'curve' matches no layer: /curve is none (one axis, but a layer has samples "
        + "× features). Name layers; snn-analyze inspect lists them.")
  }

  @Test("Missing labels: what could be meant")
  func missingLabels() throws {
    #expect(
      try labelsRefusal([dataset("a", [6, 4]), dataset("kind", [6], .int64)])
        == "a.h5: no class labels were found. Store them as a dataset named labels, or name them "
        + "with --labels; of the layers' length are /kind (int64). Labels of another file are "
        + "given as --labels FILE.h5:PATH, FILE.csv:COLUMN or FILE.npy.")
  }

  @Test("Labels of another length")
  func labelsOfOtherLength() throws {
    #expect(
      try labelsRefusal([dataset("epoch_0/layer1", [512, 4]), dataset("labels", [1000], .int64)])
        == "a.h5: /epoch_0/layer1 has 512 rows but /labels has 1000. Export both from the same "
        + "batch, or name other labels with --labels.")
  }

  @Test("Two datasets that could equally be the labels")
  func ambiguousLabels() throws {
    #expect(
      try labelsRefusal([
        dataset("a", [6, 4]), dataset("fine_labels", [6], .int64),
        dataset("coarse_labels", [6], .int64),
      ])
        == "a.h5: /fine_labels, /coarse_labels could each be the class labels. Choose one with "
        + "--labels /fine_labels.")
  }

  @Test("Extents whose product is no size")
  func overflow() throws {
    let discovery = try Discovery(
      [FileDescription(file: "a.h5", datasets: [dataset("a", [1 << 40, 1 << 40])])],
      options: ReadingOptions())
    #expect(
      discovery.checkpoints[0].layers[0].problem?.description
        == "a.h5: /a claims the shape 1099511627776×1099511627776, more than its file can hold. "
        + "The file is damaged: copy or export it again, or skip the layer with --except a.")
  }
}
