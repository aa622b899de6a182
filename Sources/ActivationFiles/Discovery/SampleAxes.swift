import Activations

/// Which axis of an array counts the samples, by what the file says of its axes: the names of
/// dimensions (netCDF, xarray), or a writer that stores the last axis first.
struct SampleAxes {
  /// The dimensions along which labels and row ids run: those of the samples.
  private let dimensionsOfLabels: Set<String>

  init(_ file: FileDescription) {
    dimensionsOfLabels = Set(
      (file.labels + file.sampleIDs).compactMap { dataset in
        dataset.dimensions.count == 1 ? dataset.dimensions[0] : nil
      })
  }

  /// The stored axis of the samples, if names of dimensions tell one; nil if none or several do.
  func named(of dataset: DatasetDescription) -> Int? {
    let names = dataset.dimensions
    func only(_ isSample: (String) -> Bool) -> Int? {
      let axes = names.indices.filter { names[$0].map(isSample) == true }
      return axes.count == 1 ? axes[0] : nil
    }
    if let axis = only(dimensionsOfLabels.contains) { return axis }
    if let axis = only({ DatasetNames.sampleDimensions.contains($0.lowercased()) }) { return axis }
    guard names.count == 2 else { return nil }
    let features = names.indices.filter {
      names[$0].map { DatasetNames.featureDimensions.contains($0.lowercased()) } == true
    }
    return features.count == 1 ? 1 - features[0] : nil
  }

  /// What was decided of the axes of layers other than that samples come first, in words.
  static func notes(of layers: [DatasetDescription], options: ReadingOptions) -> [String] {
    guard options.sampleAxis == nil, !options.isPerSample else { return [] }
    var reasons: [(text: String, paths: [String])] = []
    for layer in layers {
      guard let array = layer.array, layer.pieces.isEmpty, let axis = layer.view?.order.first,
        axis != array.countedAxes.first
      else { continue }
      let place = array.countedAxes.firstIndex(of: axis) ?? axis
      let reason: String
      if layer.dimensions.indices.contains(axis), let name = layer.dimensions[axis],
        layer.columnWriter == nil
      {
        reason = "the file calls it \(name)"
      } else if let writer = layer.columnWriter {
        reason = "\(writer) stores the first axis last"
      } else {
        continue
      }
      let text = "the samples are along axis \(place), because \(reason)"
      if let index = reasons.firstIndex(where: { $0.text == text }) {
        reasons[index].paths.append(layer.path)
      } else {
        reasons.append((text, [layer.path]))
      }
    }
    return reasons.map { "\($0.paths.listed(limit: 3)): \($0.text)." }
  }
}

extension [Discovery.Checkpoint] {
  /// Whether something tells along which axis the samples of these are: an option, a name of an axis,
  /// a writer, rows that are padding, or a layer with as many rows and other features.
  func tellSampleAxis(_ options: ReadingOptions) -> Bool {
    if options.sampleAxis != nil || options.isPerSample { return true }
    return flatMap(\.layers).contains { layer in
      let dataset = layer.dataset
      guard let shape = dataset.shape, let count = shape.first else { return false }
      return dataset.knowsSampleAxis || dataset.hasPadding || !dataset.pieces.isEmpty || count < 2
        || !shape.dropFirst().contains(count)
    }
  }
}

extension DatasetDescription {
  /// Whether rows behind the samples are padding: then it is known what rows are.
  fileprivate var hasPadding: Bool {
    guard let array, pieces.isEmpty,
      let axis = (view ?? AxisView(rank: array.shape.count)).order.first
    else { return false }
    return array.shape[axis] != shape?.first
  }
}
