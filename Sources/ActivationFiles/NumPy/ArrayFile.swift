/// Files of plain arrays that are read without a library: NumPy's and safetensors.
enum ArrayFile {
  /// What the file holds, without reading it; nil if it is of another format.
  static func description(of path: String) throws(ActivationFileError) -> FileDescription? {
    if let arrays = try NumPyFile.description(of: path) { return arrays }
    return try SafetensorsFile.description(of: path)
  }
}
