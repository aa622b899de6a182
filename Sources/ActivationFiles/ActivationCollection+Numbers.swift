extension ActivationCollection {
  /// A number that was recorded with a layer, such as the temperature it was trained at.
  ///
  /// `NAME_LAYER` is looked for before `NAME`, each as an attribute or a single stored value: of the
  /// layer's dataset, its group, the groups above, the file. nil if there is none, or the layer is
  /// in no HDF5 file.
  package func number(
    _ name: String, of layer: LayerEntry
  ) throws(ActivationFileError) -> Double? {
    guard let array = layer.pieces.first?.array, case .dataset(let path) = array.place else {
      return nil
    }
    return try HDF5Library.exclusively(reading: array.file) { () throws(ActivationFileError) in
      let file = try HDF5File(path: array.file, followsOtherFiles: array.followsOtherFiles)
      for name in ["\(name)_\(layer.name)", name] {
        if let number = file.number(name, besides: path) { return number }
      }
      return nil
    }
  }
}
