/// Inputs and labels for training, as one part of a data file holds them.
package struct LabeledArrays: Sendable {
  /// Extents, samples first.
  package let shape: [Int]
  /// Row-major.
  package let values: [Float]
  /// Nil where the part has none.
  package let labels: [Int64]?
  /// The row of each sample in its data set; nil where the file does not say.
  package let sampleIDs: [Int64]?

  package init(shape: [Int], values: [Float], labels: [Int64]?, sampleIDs: [Int64]? = nil) {
    self.shape = shape
    self.values = values
    self.labels = labels
    self.sampleIDs = sampleIDs
  }
}

/// An HDF5 file of data to train on: groups with `inputs` (numbers, samples first), `labels` (one
/// integer a sample) and, if it is there, `sample_ids`.
package struct TrainingDataFile {
  package let path: String
  private let datasets: [String: DatasetDescription]
  private let memoryLimit: Int
  private var stamps = FileStamps()

  /// - Parameters:
  ///   - memoryLimit: the bytes that the inputs of a part may take.
  ///   - patience: seconds without progress of the HDF5 library that end the process; nil: none do.
  package init(path: String, memoryLimit: Int, patience: Double?) throws(ActivationFileError) {
    Patience.set(seconds: patience)
    self.path = path
    self.memoryLimit = memoryLimit
    stamps.note(path)
    let file = try HDF5Library.exclusively(reading: path) { () throws(ActivationFileError) in
      try HDF5File(path: path).description()
    }
    datasets = Dictionary(
      file.datasets.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The groups at the root that hold `inputs`, by name.
  package var parts: [String] {
    datasets.values.filter { $0.leaf == "inputs" && $0.group.count == 1 }.map { $0.group[0] }
      .sorted()
  }

  /// - Parameter needsLabels: whether a part without labels is refused.
  package func arrays(
    of part: String, needsLabels: Bool = true
  ) throws(ActivationFileError) -> LabeledArrays {
    let inputs = try numbers(at: "/\(part)/inputs")
    guard inputs.isNumeric else {
      throw failure(inputs.path, "does not hold numbers. Store floats or integers.")
    }
    guard inputs.shape.count > 1 else {
      throw failure(
        inputs.path,
        "has \(inputs.shape.count) axes. Store samples × features, or samples × height × width "
          + "(× channels).")
    }
    guard !inputs.shape.dropFirst().contains(0) else {
      throw failure(inputs.path, "has samples without any value.")
    }
    let hasLabels = datasets["/\(part)/labels"] != nil
    let labels = try needsLabels || hasLabels ? numbers(at: "/\(part)/labels") : nil
    if let labels {
      guard labels.isInteger else {
        throw failure(labels.path, "does not hold integers. Store each class as a number.")
      }
      guard labels.shape == [inputs.shape[0]] else {
        throw failure(
          inputs.path,
          "has \(inputs.shape[0]) rows but \(labels.path) has \(labels.shape.asExtents). Store one "
            + "label a row.")
      }
    }
    let ids = try datasets["/\(part)/sample_ids"].map { dataset throws(ActivationFileError) in
      try numbers(at: dataset.path)
    }
    let arrays = LabeledArrays(
      shape: inputs.shape, values: try inputs.floats(),
      labels: try labels?.integers(),
      sampleIDs: try ids.flatMap { ids throws(ActivationFileError) in
        ids.isInteger && ids.shape == [inputs.shape[0]] ? try ids.integers() : nil
      })
    try stamps.requireUnchanged(path)
    return arrays
  }

  private func numbers(at path: String) throws(ActivationFileError) -> StoredNumbers {
    guard let dataset = datasets[path] else {
      throw failure(
        path,
        "is not there. Training data holds train/inputs, train/labels, test/inputs, test/labels.")
    }
    return try StoredNumbers(dataset, in: self.path, memoryLimit: memoryLimit)
  }

  private func failure(_ dataset: String, _ message: String) -> ActivationFileError {
    ActivationFileError(file: path, "\(dataset) \(message)")
  }
}
