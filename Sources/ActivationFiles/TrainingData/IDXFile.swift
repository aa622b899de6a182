import Platform

/// An array in the format of the MNIST family: two zero bytes, the type, the number of axes, the
/// extents as 32-bit numbers, big end first, then the values. Bytes only, as in all of the family.
struct IDXFile {
  let path: String
  let shape: [Int]
  let bytes: [UInt8]

  /// - Parameter memoryLimit: the bytes that the values may take.
  init(path: String, memoryLimit: Int) throws(ActivationFileError) {
    let file = try ReadableFile(path: path)
    var contents = file.bytes(at: 0, count: file.byteSize)
    guard contents.count == file.byteSize else {
      throw ActivationFileError(file: path, "cannot be read to its end. Fetch it again.")
    }
    if contents.starts(with: [0x1f, 0x8b]) {
      guard let inflated = Gzip.inflate(contents, upTo: memoryLimit) else {
        throw ActivationFileError(file: path, "is a damaged gzip file. Fetch it again.")
      }
      contents = inflated
    }
    guard contents.count >= 4, contents[0] == 0, contents[1] == 0 else {
      throw ActivationFileError(
        file: path, "is no IDX file: it does not begin with two zero bytes.")
    }
    guard contents[2] == 0x08 else {
      throw ActivationFileError(
        file: path, "holds IDX values of type \(contents[2]); only unsigned bytes (8) are read.")
    }
    let rank = Int(contents[3])
    let start = 4 + 4 * rank
    guard contents.count >= start else {
      throw ActivationFileError(file: path, "ends within its header. Fetch it again.")
    }
    shape = (0..<rank).map { axis in
      contents[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
    }
    let count = shape.reduce((1, false)) { product, extent in
      let (next, overflow) = product.0.multipliedReportingOverflow(by: extent)
      return (next, product.1 || overflow)
    }
    guard !count.1, contents.count - start == count.0 else {
      throw ActivationFileError(
        file: path,
        "announces \(shape.map(String.init).joined(separator: " × ")) bytes and holds "
          + "\(contents.count - start). Fetch it again.")
    }
    self.path = path
    bytes = Array(contents[start...])
  }
}

extension LabeledArrays {
  /// Reads the images and labels of one part from a folder in the naming of the MNIST family:
  /// `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-…` for `test`, each with `.gz` or
  /// without. Pixels are brought to 0…1.
  /// - Parameter memoryLimit: the bytes that the inputs may take.
  package init(folder: String, part: String, memoryLimit: Int) throws(ActivationFileError) {
    let prefix = part == "test" ? "t10k" : part
    // Each byte becomes a number of four.
    let images = try IDXFile(
      path: Self.path(in: folder, "\(prefix)-images-idx3-ubyte"), memoryLimit: memoryLimit / 4)
    let labels = try IDXFile(
      path: Self.path(in: folder, "\(prefix)-labels-idx1-ubyte"), memoryLimit: memoryLimit / 4)
    guard images.shape.count > 1, !images.shape.contains(0),
      labels.shape == Array(images.shape.prefix(1))
    else {
      throw ActivationFileError(
        file: images.path,
        "holds \(images.shape.map(String.init).joined(separator: " × ")) values and "
          + "\(labels.path) \(labels.shape.map(String.init).joined(separator: " × ")). "
          + "The two must come from one download.")
    }
    self.init(
      shape: images.shape, values: images.bytes.map { Float($0) / 255 },
      labels: labels.bytes.map(Int64.init))
  }

  private static func path(in folder: String, _ name: String) throws(ActivationFileError) -> String
  {
    // Some copies of the family have a dot in place of the dash before `idx`.
    for candidate in [name, name.replacing("-idx", with: ".idx")] {
      for suffix in ["", ".gz"] {
        let path = folder + "/" + candidate + suffix
        if FileManager.default.fileExists(atPath: path) { return path }
      }
    }
    throw ActivationFileError(
      file: folder, "has no \(name) or \(name).gz. Give an HDF5 file or a folder of IDX files.")
  }
}
