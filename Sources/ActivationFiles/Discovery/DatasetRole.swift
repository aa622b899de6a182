/// What the name and form of a dataset say it is.
package enum DatasetRole: Sendable, Equatable {
  case layer
  case labels
  case sampleIDs
  case weights
  /// Neither of these, for the reason given.
  case other(String)

  /// The reason why a vector is no layer.
  static let oneAxis = "one axis, but a layer has samples × features"

  package init(of dataset: DatasetDescription) {
    if let exclusion = dataset.exclusion {
      self = .other(exclusion)
    } else if dataset.isDimensionScale {
      self = .other("dimension scale")
    } else if dataset.isLayerByForm {
      self = Self.byForm(dataset)
    } else if dataset.isParameter || dataset.isWeight {
      self = .weights
    } else if dataset.count != nil {
      self = .other("number of samples")
    } else if DatasetNames.sampleIDs.contains(dataset.leaf.lowercased()) {
      self = .sampleIDs
    } else if DatasetNames.isPrediction(dataset.leaf) {
      self = .other("predictions")
    } else if DatasetNames.isLabels(dataset.leaf), !dataset.isWide || dataset.isNamedAsLabels {
      self = .labels
    } else if dataset.categories != nil {
      self = .other("categories")
    } else if let reason = DatasetNames.bookkeeping(dataset.leaf),
      !dataset.isWide || !dataset.type.isFloat || reason == DatasetNames.logProbabilities
    {
      self = .other(reason)
    } else if dataset.obstacle != nil {
      self = .layer
    } else {
      self = Self.byForm(dataset)
    }
  }

  private static func byForm(_ dataset: DatasetDescription) -> DatasetRole {
    switch dataset.type.kind {
    case .reference: return .other("references")
    case .fixedString, .variableString, .utf16, .utf32: return .other("text")
    case .cell: return .other("cell array")
    case .enumeration: return .other("enumeration")
    default: break
    }
    guard let shape = dataset.shape else { return .layer }
    return switch shape.count {
    case 0: .other("a single value")
    case 1: .other(oneAxis)
    default: .layer
    }
  }
}

/// The names that decide what a dataset is.
enum DatasetNames {
  /// Names of class labels, the surest first.
  static let labels = [
    "labels", "label", "class_labels", "class_label", "all_labels", "true_labels", "y_true",
    "ground_truth", "groundtruth", "targets", "target", "all_targets", "classes", "class",
    "class_ids", "class_id", "label_ids", "label_id", "category", "categories", "y", "y_test",
    "y_train", "y_val", "gt", "cell_type", "celltype",
  ]

  /// Whether a column of this name says what a sample is: a cluster, a kind of cell.
  static func areClasses(_ leaf: String) -> Bool {
    let words = leaf.lowercased().split { "_- .".contains($0) }.map(String.init)
    return words.contains(where: classWords.contains)
  }

  /// Whether a column of this name says where a sample comes from: a batch, `donor_id`; not
  /// `sample_type`.
  static func isBatch(_ leaf: String) -> Bool {
    let words = leaf.lowercased().split { "_- .".contains($0) }.map(String.init)
    let last = words.last { !["id", "ids", "name", "number", "index", "idx"].contains($0) }
    return last.map { batchWords.contains($0.filter(\.isLetter)) } ?? false
  }

  private static let classWords: Set<String> = [
    "annotation", "annotations", "cluster", "clusters", "leiden", "louvain", "subclass",
    "subtype", "celltypes", "species",
  ]
  private static let batchWords: Set<String> = [
    "batch", "donor", "sample", "patient", "plate", "library", "lane", "run", "replicate",
    "subject", "individual", "dataset", "assay", "site", "session", "experiment", "well",
  ]

  /// Names of row ids, the surest first.
  static let sampleIDs = [
    "sample_ids", "sample_id", "row_ids", "row_id", "ids", "id", "_index",
  ]

  /// Names of dimensions along which samples run, and along which features do.
  static let sampleDimensions: Set<String> = [
    "sample", "samples", "obs", "observation", "observations", "presentation", "presentations",
    "stimulus", "stimuli", "trial", "trials", "example", "examples", "instance", "instances",
    "image", "images", "n_samples", "num_samples", "sample_id", "row", "rows", "batch", "item",
    "items", "cell", "cells", "event", "events",
  ]
  static let featureDimensions: Set<String> = [
    "feature", "features", "neuroid", "neuroids", "neuron", "neurons", "unit", "units", "channel",
    "channels", "dim", "hidden", "embedding", "gene", "genes", "voxel", "voxels", "component",
    "components", "latent", "variable", "n_features", "num_features",
  ]

  /// Names of the number of samples, where later rows of a dataset are padding.
  static let counts: Set<String> = [
    "count", "n_samples", "num_samples", "sample_count", "total", "n_examples", "num_examples",
  ]

  /// Groups that only hold the layers together and are no part of their names.
  static let containers: Set<String> = [
    "activations", "activation", "acts", "layers", "features", "hidden", "hidden_states",
    "representations", "embeddings", "outputs", "data",
  ]

  /// Names that stand for "the values" inside of a group that is named like the layer.
  static let valueNames: Set<String> = [
    "activations", "activation", "acts", "features", "hidden_states", "values", "value", "data",
    "output", "outputs",
  ]

  /// Whether this names class labels: one of `labels`, or a name that ends so (`test_labels`).
  static func isLabels(_ leaf: String) -> Bool {
    let name = leaf.lowercased()
    return labels.contains(name)
      || name.split(separator: "_").last.map(String.init)
        .map(labelWords.contains) == true
  }

  /// Whether this names what a network says the labels are: `predictions`, `predicted_labels`.
  static func isPrediction(_ leaf: String) -> Bool {
    let name = leaf.lowercased()
    if predictions.contains(name) || name == "y_pred" || name == "y_hat" { return true }
    let words = name.split(separator: "_").map(String.init)
    return words.count == 2 && predictions.contains(words[0])
      && (labelWords.contains(words[1]) || words[1] == "y")
  }

  static func isImages(_ leaf: String) -> Bool { images.contains(leaf.lowercased()) }

  /// Why a dataset of this name is neither layer nor labels, if so.
  static func bookkeeping(_ leaf: String) -> String? {
    let name = leaf.lowercased()
    if images.contains(name) { return "images" }
    guard let last = name.split(whereSeparator: { "_- .".contains($0) }).last else { return nil }
    return lastWords[String(last)]
  }

  static let weights: Set<String> = [
    "kernel", "bias", "weight", "weights", "gamma", "beta", "running_mean", "running_var",
    "moving_mean", "moving_variance", "num_batches_tracked",
  ]

  private static let predictions: Set<String> = [
    "prediction", "predictions", "predicted", "pred", "preds",
  ]
  private static let labelWords: Set<String> = [
    "label", "labels", "target", "targets", "class", "classes",
  ]
  private static let images: Set<String> = ["image", "images", "img", "imgs"]
  private static let lastWords = [
    "id": "ids", "ids": "ids", "idx": "indices", "index": "indices", "indices": "indices",
    "indexes": "indices", "mask": "mask", "masks": "mask", "position": "positions",
    "positions": "positions", "coord": "positions", "coords": "positions",
    "coordinates": "positions", "token": "tokens", "tokens": "tokens", "bbox": "boxes",
    "bboxes": "boxes", "boxes": "boxes", "offset": "offsets", "offsets": "offsets",
    "size": "sizes", "sizes": "sizes",
    "logprob": logProbabilities, "logprobs": logProbabilities, "names": "names",
  ]
  static let logProbabilities = "log probabilities"
}

extension DatasetDescription {
  /// Whether each sample has more numbers than bookkeeping has: a layer may well be called
  /// `positional_offset` or `same_class`.
  fileprivate var isWide: Bool {
    guard let shape, shape.count > 1, type.isNumeric else { return false }
    return shape.dropFirst().reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue } > 4
      && !DatasetNames.isImages(leaf)
  }

  /// Whether the whole name says labels, or its last word does: one-hot labels are wide.
  fileprivate var isNamedAsLabels: Bool {
    let name = leaf.lowercased()
    return DatasetNames.labels.contains(name)
      || ["_label", "_labels", "_target", "_targets"].contains { name.hasSuffix($0) }
  }

  /// Whether this is a parameter of a network: `dense/kernel:0`, `layer1.0.weight`,
  /// `layers/dense/vars/0`.
  fileprivate var isWeight: Bool {
    if group.last == "vars" || group.contains("model_weights")
      || group.contains("optimizer_weights")
    {
      return true
    }
    var name = leaf.lowercased()
    if let colon = name.firstIndex(of: ":") { name = String(name[..<colon]) }
    if let last = name.split(separator: ".").last { name = String(last) }
    return DatasetNames.weights.contains(name)
      || ["_weight", "_weights", "_bias", "_kernel"].contains { name.hasSuffix($0) }
  }
}
