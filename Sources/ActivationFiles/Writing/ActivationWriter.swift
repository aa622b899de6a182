import CHDF5
import Platform

/// Writes activations in the layout `snn-analyze/activations/1` (notebooks-data/README.md), a
/// checkpoint at a time: each into a copy that then takes the file's place, so an interrupted run
/// leaves whole checkpoints. No time is stored; the same run writes the same bytes.
package struct ActivationWriter: Sendable {
  /// What can stand in an attribute.
  package enum Attribute: Sendable {
    case text(String)
    case number(Double)
    case integer(Int64)
  }

  /// One layer of a checkpoint.
  package struct Layer: Sendable {
    package let name: String
    /// Extents, samples first.
    package let shape: [Int]
    /// Row-major.
    package let values: [Float]
    /// Whether they are rounded to float16, unless one is larger than that holds.
    package let isHalf: Bool

    package init(name: String, shape: [Int], values: [Float], isHalf: Bool = false) {
      self.name = name
      self.shape = shape
      self.values = values
      self.isHalf = isHalf
    }
  }

  /// What checkpoints are counted in.
  package enum Unit: String, Sendable {
    case epoch, step
  }

  package let path: String
  private let unit: Unit
  private let layerNames: [String]
  private let labels: [Int64]

  /// For a file that is there already: checkpoints are appended.
  package init(
    appendingTo path: String, unit: Unit = .epoch, labels: [Int64], layerNames: [String]
  ) {
    // Writing takes as long as the disk does.
    Patience.set(seconds: nil)
    self.path = path
    self.unit = unit
    self.labels = labels
    self.layerNames = layerNames
  }

  /// Writes a file without checkpoints, in the place of an older one.
  package init(
    path: String, unit: Unit = .epoch, labels: [Int64], sampleIDs: [Int64], layerNames: [String],
    attributes: [(name: String, value: Attribute)] = []
  ) throws(ActivationFileError) {
    precondition(labels.count == sampleIDs.count, "one id is needed for each label")
    self.init(appendingTo: path, unit: unit, labels: labels, layerNames: layerNames)
    try replace { file throws(WritingFailure) in
      try file.write(.text("snn-analyze/activations/1"), as: "snn_format", of: "/")
      try file.write(layerNames, as: "layer_names", of: "/")
      for (name, attribute) in attributes { try file.write(attribute, as: name, of: "/") }
      try file.write(labels, at: "/labels")
      try file.write(sampleIDs, at: "/sample_ids")
    }
  }

  /// Appends the group `epoch_EEE` or `step_SSS`; one that is there already stays as it is.
  /// - Precondition: the layers are those the file was made with, with as many samples as labels.
  package func append(
    step: Int, layers: [Layer], predictions: [Int64]? = nil,
    metrics: [(name: String, value: Double)] = []
  ) throws(ActivationFileError) {
    precondition(layers.map(\.name) == layerNames, "the layers are not those of the file")
    precondition(
      layers.allSatisfy { $0.shape.first == labels.count }
        && predictions.map { $0.count == labels.count } ?? true,
      "each layer needs one row a label")
    let digits = String(step)
    let group = "/\(unit)_" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    try replace(copying: true) { file throws(WritingFailure) in
      guard try !file.has(group) else { return }
      try file.makeGroup(group)
      try file.write(.integer(Int64(step)), as: unit.rawValue, of: group)
      for (name, value) in metrics { try file.write(.number(value), as: name, of: group) }
      for layer in layers {
        let path = "\(group)/\(layer.name)"
        if layer.isHalf, let halves = HalfPrecision.bits(of: layer.values) {
          try file.write(halves: halves, shape: layer.shape, at: path)
        } else {
          try file.write(layer.values, shape: layer.shape, at: path)
        }
      }
      if let predictions { try file.write(predictions, at: "\(group)/predictions") }
    }
  }

  /// One part of the samples, such as those of training, for a file of several.
  package struct Part: Sendable {
    package let name: String
    package let layers: [Layer]
    package let labels: [Int64]?
    package let sampleIDs: [Int64]?
    package let predictions: [Int64]
    /// What the network was given, where the file is to keep it: in the group `NAME_inputs`, with
    /// the labels, as a part of training data.
    package let inputs: Layer?

    package init(
      name: String, layers: [Layer], labels: [Int64]?, sampleIDs: [Int64]?, predictions: [Int64],
      inputs: Layer? = nil
    ) {
      self.name = name
      self.layers = layers
      self.labels = labels
      self.sampleIDs = sampleIDs
      self.predictions = predictions
      self.inputs = inputs
    }
  }

  /// Writes a file with a group for each part, as `outliers` and `neighbors` read them.
  package static func write(
    _ parts: [Part], layerNames: [String], to path: String,
    attributes: [(name: String, value: Attribute)] = []
  ) throws(ActivationFileError) {
    let writer = ActivationWriter(appendingTo: path, labels: [], layerNames: layerNames)
    try writer.replace { file throws(WritingFailure) in
      try file.write(.text("snn-analyze/activations/1"), as: "snn_format", of: "/")
      for (name, attribute) in attributes { try file.write(attribute, as: name, of: "/") }
      for part in parts {
        let group = "/\(part.name)"
        try file.makeGroup(group)
        try file.write(layerNames, as: "layer_names", of: group)
        for layer in part.layers {
          try file.write(layer.values, shape: layer.shape, at: "\(group)/\(layer.name)")
        }
        if let labels = part.labels { try file.write(labels, at: "\(group)/labels") }
        if let ids = part.sampleIDs { try file.write(ids, at: "\(group)/sample_ids") }
        try file.write(part.predictions, at: "\(group)/predictions")
        guard let inputs = part.inputs else { continue }
        try file.makeGroup("\(group)_inputs")
        try file.write(inputs.values, shape: inputs.shape, at: "\(group)_inputs/inputs")
        if let labels = part.labels { try file.write(labels, at: "\(group)_inputs/labels") }
      }
    }
  }

  private func replace(
    copying: Bool = false, _ body: (borrowing HDF5Output) throws(WritingFailure) -> Void
  ) throws(ActivationFileError) {
    let staged = path + ".partial"
    // What an interrupted run left, or a link that somebody put there.
    try? FileManager.default.removeItem(atPath: staged)
    if copying {
      do {
        try FileManager.default.copyItem(atPath: path, toPath: staged)
      } catch {
        throw ActivationFileError(file: path, "cannot be copied: \(error.systemReason).")
      }
    }
    do throws(WritingFailure) {
      try HDF5Library.exclusively(reading: path) { () throws(WritingFailure) in
        let file = try HDF5Output(path: staged, isNew: !copying)
        try body(file)
        try file.flush()
      }
    } catch {
      try? FileManager.default.removeItem(atPath: staged)
      throw ActivationFileError(
        file: path,
        "cannot be written (\(error.call)). Check the folder's permissions and free space.")
    }
    guard rename(staged, path) == 0 else {
      throw ActivationFileError(
        file: path, "cannot take the place of an older file: \(String(cString: strerror(errno))).")
    }
  }
}
