import ActivationFiles
import Testing

/// A file of layers (two axes) and other datasets, told by path and shape.
private func file(
  _ name: String = "run.h5", layers: [String] = [], labels: [String] = ["labels"],
  other: [DatasetDescription] = [], layerNames: [[String]: [String]] = [:]
) -> FileDescription {
  let layers = layers.map { dataset($0, [6, 4], .float32) }
  let labels = labels.map { dataset($0, [6], .int64) }
  return FileDescription(file: name, datasets: layers + labels + other, layerNames: layerNames)
}

private func dataset(
  _ path: String, _ shape: [Int]?, _ type: ElementType, order: [Int?]? = nil
) -> DatasetDescription {
  DatasetDescription(
    components: path.split(separator: "/").map(String.init), creationOrder: order, shape: shape,
    type: type)
}

private func table(_ files: FileDescription..., options: ReadingOptions = ReadingOptions()) throws
  -> [String]
{
  try Discovery(files, options: options).checkpoints.map { checkpoint in
    let step = checkpoint.step.map { " @\($0)" } ?? ""
    return "\(checkpoint.name)\(step): " + checkpoint.layers.map(\.name).joined(separator: " ")
  }
}

@Suite("Discovery of checkpoints and layers")
struct DiscoveryTests {
  @Test("A group per checkpoint, in the order of steps and not of names or creation")
  func checkpointGroups() throws {
    let layers = ["epoch_10/a", "epoch_9/a", "epoch_100/a"]
    #expect(
      try table(file(layers: layers)) == ["epoch_9 @9: a", "epoch_10 @10: a", "epoch_100 @100: a"])
  }

  @Test("Checkpoints may lie in a group of their own, and digits count inside of one named so")
  func nestedCheckpointGroups() throws {
    #expect(
      try table(file(layers: ["activations/step-2/a", "activations/step-1/a"]))
        == ["step-1 @1: a", "step-2 @2: a"])
    #expect(
      try table(file(layers: ["checkpoints/500/a", "checkpoints/50/a"]))
        == ["50 @50: a", "500 @500: a"])
  }

  @Test("Initial and final states go before and after the numbered ones")
  func namedStates() throws {
    #expect(
      try table(file(layers: ["final/a", "epoch_1/a", "init/a"]))
        == ["init: a", "epoch_1 @1: a", "final: a"])
    #expect(try table(file(layers: ["final/a"])) == ["run: a"])
  }

  @Test("Groups whose names tell different steps among other things are checkpoints")
  func longNames() throws {
    #expect(
      try table(file(layers: ["model_epoch_3/a", "model_epoch_12/a"]))
        == ["model_epoch_3 @3: a", "model_epoch_12 @12: a"])
    #expect(
      try table(file(layers: ["epoch_1_step_20/a", "epoch_1_step_100/a"]))
        == ["epoch_1_step_20: a", "epoch_1_step_100: a"])
  }

  @Test("Datasets at the root or in one group are one checkpoint named like the file")
  func singleCheckpoint() throws {
    #expect(try table(file("x/run_epoch_12.h5", layers: ["b", "a"])) == ["run_epoch_12 @12: a b"])
    #expect(
      try table(file(layers: ["activations/layer_10", "activations/layer_9"])) == [
        "run: layer_9 layer_10"
      ])
    #expect(
      try table(file(layers: ["layer_0/activations", "layer_1/activations"])) == [
        "run: layer_0 layer_1"
      ])
  }

  @Test("Layers in groups inside of a checkpoint keep their path as name")
  func nestedLayers() throws {
    #expect(
      try table(
        file(layers: ["epoch_1/encoder/10/attn", "epoch_1/encoder/9/attn", "epoch_1/head"]))
        == ["epoch_1 @1: encoder/9/attn encoder/10/attn head"])
    #expect(
      try table(file(layers: ["encoder/0/attn", "encoder/1/attn"]))
        == ["run: encoder/0/attn encoder/1/attn"])
  }

  @Test("A layer's group may hold its checkpoints")
  func checkpointsAsDatasets() throws {
    #expect(
      try table(file(layers: ["a/epoch_0", "a/epoch_1", "b/epoch_0", "b/epoch_1"]))
        == ["epoch_0 @0: a b", "epoch_1 @1: a b"])
  }

  @Test("Layers go by creation where it is kept, by attribute where it is there, logits last")
  func layerOrder() throws {
    let tracked = file(other: [
      dataset("b", [6, 4], .float32, order: [0]), dataset("logits", [6, 4], .float32, order: [1]),
      dataset("a", [6, 4], .float32, order: [2]),
    ])
    #expect(try table(tracked) == ["run: b logits a"])
    #expect(try table(file(layers: ["logits", "z", "a"])) == ["run: a z logits"])
    let named = file(layers: ["e/a", "e/b", "e/c"], layerNames: [[]: ["c", "nothing", "a"]])
    #expect(try table(named) == ["run: c a b"])
  }

  @Test("Labels, ids, predictions, weights and the like are no layers")
  func leftOut() throws {
    let discovery = try Discovery(
      [
        file(
          layers: ["a", "predictions", "token_ids", "attention_mask", "fc.weight", "test_labels"],
          other: [
            dataset("curve", [6], .float32), dataset("loss", [], .float32),
            dataset("words", [6], .string), dataset("sample_ids", [6], .int64),
          ])
      ], options: ReadingOptions())
    #expect(discovery.checkpoints[0].layers.map(\.name) == ["a"])
    let reasons = Dictionary(uniqueKeysWithValues: discovery.leftOut.map { ($0.path, $0.reason) })
    #expect(
      reasons == [
        "/predictions": "predictions", "/token_ids": "ids", "/attention_mask": "mask",
        "/fc.weight": "weights", "/test_labels": "labels", "/labels": "labels",
        "/curve": "one axis, but a layer has samples × features", "/loss": "a single value",
        "/words": "text", "/sample_ids": "row ids",
      ])
  }

  @Test("Several files are one checkpoint each, in the order of their steps")
  func severalFiles() throws {
    #expect(
      try table(file("a_step_20.h5", layers: ["x"]), file("a_step_3.h5", layers: ["x"]))
        == ["a_step_3 @3: x", "a_step_20 @20: x"])
    #expect(
      try table(file("one/x.h5", layers: ["x"]), file("two/x.h5", layers: ["x"]))
        == ["one/x: x", "two/x: x"])
  }

  @Test("A pattern of one's own says what is a checkpoint, an empty one that nothing is")
  func checkpointPattern() throws {
    let run = file(layers: ["t5/a", "t40/a"])
    #expect(try table(run) == ["run: t5/a t40/a"])
    #expect(
      try table(run, options: options { $0.checkpointPattern = "^t(\\d+)$" })
        == ["t5 @5: a", "t40 @40: a"])
    #expect(
      try table(
        file(layers: ["0/a", "0/b", "1/a", "1/b"]), options: options { $0.checkpointPattern = "" })
        == ["run: 0/a 0/b 1/a 1/b"])
  }

  @Test("Globs choose checkpoints and layers")
  func selection() throws {
    let run = file(layers: ["epoch_0/a", "epoch_0/b", "epoch_1/a", "epoch_1/b"])
    #expect(
      try table(
        run,
        options: options {
          $0.layers = ["a", "b"]
          $0.except = ["b"]
          $0.checkpoints = ["*_1"]
        }) == ["epoch_1 @1: a"])
  }
}

@Suite("Discovery of labels")
struct LabelDiscoveryTests {
  private func labels(_ file: FileDescription, _ request: String? = nil) throws -> [String] {
    try Discovery([file], options: options { $0.labels = [request].compactMap(\.self) }).checkpoints
      .map {
        $0.labelsPath ?? $0.labelsProblem?.message ?? "nothing"
      }
  }

  @Test("The nearest labels of the layers' length are taken")
  func nearest() throws {
    let layers = ["g/epoch_0/a", "g/epoch_1/a"]
    #expect(try labels(file(layers: layers)) == ["/labels", "/labels"])
    #expect(
      try labels(file(layers: layers, labels: ["labels", "g/epoch_1/y"]))
        == ["/labels", "/g/epoch_1/y"])
    #expect(
      try labels(
        file(layers: layers, labels: ["meta/labels"], other: [dataset("labels", [7], .int64)]))
        == ["/meta/labels", "/meta/labels"])
  }

  @Test("The surest name wins within a group")
  func surestName() throws {
    #expect(try labels(file(layers: ["a"], labels: ["y", "targets", "labels"])) == ["/labels"])
  }

  @Test("Labels of other layers are not taken")
  func labelsOfOthers() throws {
    #expect(
      try labels(file(layers: ["one/a", "two/b"], labels: ["one/labels"])) == [
        "no class labels were found. Store them as a dataset named labels, or name them with "
          + "--labels; there are /one/labels, beside other layers. Labels of another file are "
          + "given as --labels FILE.h5:PATH, FILE.csv:COLUMN or FILE.npy."
      ])
  }

  @Test("A path asked for is looked up from the root, or from the layers upward")
  func requested() throws {
    let run = file(layers: ["epoch_0/a"], labels: ["kind", "epoch_0/kind", "labels"])
    #expect(try labels(run, "/kind") == ["/kind"])
    #expect(try labels(run, "kind") == ["/epoch_0/kind"])
    #expect(
      try labels(run, "kinds") == [
        "--labels kinds: there is no such dataset. Datasets that could be labels: /kind, "
          + "/labels, /epoch_0/kind."
      ])
    #expect(try labels(run, "other.h5:y") == ["other.h5:/y"])
    #expect(try labels(run, "t.csv:class") == ["t.csv:class"])
    #expect(try labels(run, "t.npy") == ["t.npy"])
  }
  @Test("Each request is a labeling of its own, and none of them is a layer")
  func several() throws {
    let run = file(layers: ["epoch_0/a", "epoch_1/a"], labels: ["kind", "labels"])
    let found = try Discovery(
      [run], options: options { $0.labels = ["/kind", "kinds", "t.csv:c"] })
    for checkpoint in found.checkpoints {
      #expect(checkpoint.labelings.map(\.path) == ["/kind", nil, "t.csv:c"])
      #expect(checkpoint.labelings.map { $0.problem == nil } == [true, false, true])
      #expect(checkpoint.labelsPath == "/kind" && checkpoint.labelsProblem == nil)
    }
    let wide = file(layers: ["a", "soft", "hard"])
    let chosen = try Discovery([wide], options: options { $0.labels = ["soft", "/hard"] })
    #expect(chosen.checkpoints[0].layers.map(\.name) == ["a"])
    #expect(try Discovery([run], options: options { _ in }).checkpoints[0].labelings.count == 1)
  }
}
