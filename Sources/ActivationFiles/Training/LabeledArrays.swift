import CHDF5

/// Inputs and labels for training, as one part of a data file holds them.
public struct LabeledArrays: Sendable {
  /// Extents, samples first.
  public let shape: [Int]
  /// Row-major.
  public let values: [Float]
  public let labels: [Int64]
  /// The row of each sample in its data set; nil where the file does not say.
  public let sampleIDs: [Int64]?

  package init(shape: [Int], values: [Float], labels: [Int64], sampleIDs: [Int64]? = nil) {
    self.shape = shape
    self.values = values
    self.labels = labels
    self.sampleIDs = sampleIDs
  }

  /// Reads `PART/inputs` (numbers, samples first) and `PART/labels` (one integer a sample), with
  /// `PART/sample_ids` if it is there, from an HDF5 file.
  public init(path: String, part: String) throws(ActivationFileError) {
    let inputs = try HDF5Numbers(
      path: path, dataset: "\(part)/inputs", classes: [.float, .integer])
    let labels = try HDF5Numbers(path: path, dataset: "\(part)/labels", classes: [.integer])
    guard inputs.shape.count > 1 else {
      throw ActivationFileError(
        file: path,
        "/\(part)/inputs has \(inputs.shape.count) axes. Store samples × features, or samples × "
          + "height × width (× channels).")
    }
    guard !inputs.shape.dropFirst().contains(0) else {
      throw ActivationFileError(file: path, "/\(part)/inputs has samples without any value.")
    }
    guard labels.shape.count == 1, labels.shape[0] == inputs.shape[0] else {
      throw ActivationFileError(
        file: path,
        "/\(part)/inputs has \(inputs.shape[0]) rows but /\(part)/labels has "
          + "\(labels.shape.map(String.init).joined(separator: " × ")). Store one label a row.")
    }
    let ids = try? HDF5Numbers(path: path, dataset: "\(part)/sample_ids", classes: [.integer])
    self.init(
      shape: inputs.shape, values: try inputs.floats(), labels: try labels.integers(),
      sampleIDs: try ids.flatMap { ids throws(ActivationFileError) in
        ids.shape == labels.shape ? try ids.integers() : nil
      })
  }
}

/// A dataset of plain numbers, read whole by the library's own conversion.
struct HDF5Numbers {
  enum Kind { case float, integer }

  let path: String
  let dataset: String
  let shape: [Int]

  init(path: String, dataset: String, classes: Set<Kind>) throws(ActivationFileError) {
    self.path = path
    self.dataset = dataset
    shape = try Self.read(path, dataset) { id throws(ActivationFileError) in
      guard let type = HDF5Handle(H5Dget_type(id), closedBy: H5Tclose),
        let space = HDF5Handle(H5Dget_space(id), closedBy: H5Sclose)
      else { throw Self.failure(path, dataset, "is damaged. Write the file again.") }
      let kind: Kind? =
        switch H5Tget_class(type.id) {
        case H5T_FLOAT: .float
        case H5T_INTEGER: .integer
        default: nil
        }
      guard let kind, classes.contains(kind) else {
        throw Self.failure(
          path, dataset,
          classes == [.integer]
            ? "does not hold integers. Store each class as a number."
            : "does not hold numbers. Store floats or integers.")
      }
      var extents = Array(
        repeating: hsize_t(0), count: max(Int(H5Sget_simple_extent_ndims(space.id)), 0))
      guard H5Sget_simple_extent_dims(space.id, &extents, nil) >= 0 else {
        throw Self.failure(path, dataset, "has no simple shape. Store an array of numbers.")
      }
      return extents.map { Int(clamping: $0) }
    }
  }

  func floats() throws(ActivationFileError) -> [Float] {
    try values(of: chdf5_native_float(), zero: 0)
  }

  func integers() throws(ActivationFileError) -> [Int64] {
    try values(of: chdf5_native_int64(), zero: 0)
  }

  private func values<Value: BitwiseCopyable>(
    of type: hid_t, zero: Value
  ) throws(ActivationFileError) -> [Value] {
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    return try Self.read(path, dataset) { id throws(ActivationFileError) in
      // More than the file can hold is no array to make room for.
      guard count >= 0, count < 1 << 34 else {
        throw Self.failure(path, dataset, "is too large to be read whole.")
      }
      var values = Array(repeating: zero, count: count)
      let status = values.withUnsafeMutableBytes {
        H5Dread(
          id, type, chdf5_whole_space(), chdf5_whole_space(), chdf5_default(), $0.baseAddress)
      }
      guard status >= 0 else {
        throw Self.failure(path, dataset, "cannot be read. Write the file again, without filters.")
      }
      return values
    }
  }

  private static func read<Result>(
    _ path: String, _ dataset: String, _ body: (hid_t) throws(ActivationFileError) -> Result
  ) throws(ActivationFileError) -> Result {
    try HDF5Library.exclusively(reading: path) { () throws(ActivationFileError) in
      let file = try HDF5File(path: path)
      guard let handle = HDF5Handle(H5Dopen2(file.id, dataset, chdf5_default()), closedBy: H5Dclose)
      else {
        throw failure(
          path, dataset,
          "is not there. Training data holds train/inputs, train/labels, test/inputs, test/labels.")
      }
      return try body(handle.id)
    }
  }

  private static func failure(
    _ path: String, _ dataset: String, _ message: String
  ) -> ActivationFileError {
    ActivationFileError(file: path, "/\(dataset) \(message)")
  }
}
