extension ActivationCollection {
  /// What was recorded of the training with a checkpoint, such as `test_accuracy`: the attributes of its
  /// group, or of its file where that is the checkpoint, that are one finite floating-point number. In
  /// order of their names; none where the layers are in no HDF5 file.
  package func metrics(
    of checkpoint: CheckpointEntry
  ) throws(ActivationFileError) -> [(name: String, value: Double)] {
    guard let array = checkpoint.layers.first?.pieces.first?.array,
      case .dataset(let path) = array.place
    else { return [] }
    let components = path.split(separator: "/").map(String.init)
    let depth = components.dropLast().firstIndex(of: checkpoint.name).map { $0 + 1 } ?? 0
    let group = "/" + components.prefix(depth).joined(separator: "/")
    return try HDF5Library.exclusively(reading: array.file) { () throws(ActivationFileError) in
      let file = try HDF5File(path: array.file, followsOtherFiles: array.followsOtherFiles)
      return file.floatingAttributes(of: group).filter { !Self.isNoMetric($0.name) }
    }
  }

  /// Logged temperatures belong to layers, and packing to the numbers of a dataset.
  private static func isNoMetric(_ name: String) -> Bool {
    name.hasPrefix("temperature") || name.hasPrefix("_")
      || ["scale_factor", "add_offset", "missing_value"].contains(name)
  }
}
