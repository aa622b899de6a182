internal import Activations

/// Datasets that are layers by their form, though their name says something else: `image` and `text`
/// of a model of both, `target` and `online` of a network that has these, `prediction`.
///
/// A matrix of numbers with as many rows as there are labels, more than two columns and no one-hot
/// rows is a layer; so is whatever `--layers` names. A square matrix called weights stays one, as does
/// everything in a file without labels.
struct RoleByForm {
  private let layers: [GlobPattern]
  private let requests: [LabelRequest]
  /// Reads a few rows: whether they are one-hot, or cannot be read.
  private let isOneHot: (DatasetDescription, _ file: String) -> Bool

  init(
    _ options: ReadingOptions, requests: [LabelRequest],
    isOneHot: @escaping (DatasetDescription, _ file: String) -> Bool
  ) {
    layers = options.layers.map { GlobPattern($0) }
    self.requests = requests
    self.isOneHot = isOneHot
  }

  func settled(_ files: [FileDescription]) -> [FileDescription] {
    let elsewhere = files.flatMap(\.labels).filter(\.isVectorOfLabels)
    return files.map { file in
      let own = file.labels.filter(\.isVectorOfLabels)
      let labels =
        own.isEmpty
        ? elsewhere.map { (group: [String](), labels: $0) }
        : own.map { (group: $0.group, labels: $0) }
      let named = layers.filter { pattern in
        !file.datasets.contains { $0.role == .layer && $0.isNamed(by: pattern) }
      }
      var isChanged = false
      let datasets = file.datasets.map { dataset in
        guard dataset.role != .layer, dataset.mayBeLayer, !requests.name(dataset, of: file.file)
        else { return dataset }
        let isWanted = named.contains { dataset.isNamed(by: $0) }
        let hasForm =
          dataset.hasFormOfLayer
          && labels.contains { group, labels in
            dataset.group.starts(with: group) && labels.squeezedShape == [dataset.shape?[0] ?? 0]
          }
        guard isWanted || hasForm && !isOneHot(dataset, file.file) else { return dataset }
        var copy = dataset
        copy.isLayerByForm = true
        isChanged = true
        return copy
      }
      return isChanged ? file.with(datasets) : file
    }
  }

  /// A sentence for each kind of dataset that has the form of a layer and was left out for its name.
  static func notes(on leftOut: [(dataset: DatasetDescription, reason: String)]) -> [String] {
    var kinds: [(key: [String], dataset: DatasetDescription, reason: String, count: Int)] = []
    for (dataset, reason) in leftOut where dataset.mayBeLayer && dataset.isOfFloats {
      let key = [dataset.leaf.withoutDigits, reason]
      if let index = kinds.firstIndex(where: { $0.key == key }) {
        kinds[index].count += 1
      } else {
        kinds.append((key, dataset, reason, 1))
      }
    }
    return kinds.map { kind in
      let shape = (kind.dataset.shape ?? []).asExtents
      let more = kind.count > 1 ? " and \(kind.count - 1) more of this name were" : " was"
      return "\(kind.dataset.path) (\(shape))\(more) left out for the name: \(kind.reason). "
        + "Say --layers \(kind.dataset.leaf.quotedForShell) if it is a layer."
    }
  }
}

extension DatasetDescription {
  /// Whether this is one label for each sample.
  fileprivate var isVectorOfLabels: Bool {
    squeezedShape?.count == 1 && !isLayerByForm && obstacle == nil
  }

  fileprivate var isOfFloats: Bool { type.isFloat }

  /// Whether only its name can keep it from being a layer.
  fileprivate var mayBeLayer: Bool {
    exclusion == nil && !isDimensionScale && !isParameter && obstacle == nil && categories == nil
      && type.isNumeric && type.kind != .enumeration && (squeezedShape?.count ?? 0) > 1
  }

  /// Whether its form is a layer's beyond doubt, if its rows are as many as the labels.
  fileprivate var hasFormOfLayer: Bool {
    guard let shape, shape.count == 2, shape[1] > 2, isOfFloats else { return false }
    switch role {
    case .weights:
      return leaf.lowercased().hasSuffix("_weights") && shape[0] != shape[1]
    case .other(let reason): return reason != DatasetNames.logProbabilities
    case .labels, .sampleIDs: return true
    case .layer: return false
    }
  }

  /// Whether a pattern matches its name, or its path from any group on.
  fileprivate func isNamed(by pattern: GlobPattern) -> Bool {
    pattern.matches(path)
      || components.indices.contains {
        pattern.matches(components[$0...].joined(separator: "/"))
      }
  }

  /// Whether its first rows are one-hot, or cannot be read.
  func beginsOneHot(in file: String) -> Bool {
    guard let shape, shape.count == 2, (try? requireFormOfLabels(in: file)) != nil else {
      return true
    }
    let array = array(in: file)
    // Where samples are not the first axis, all of it is read.
    let isRows = (view ?? AxisView(rank: 2)).keepsOrder
    guard isRows || shape[0] * shape[1] <= 1 << 22 else { return false }
    let site = DatasetSite(file: file, path: path, layer: nil)
    guard
      let stored = try? array.storedLabels(at: site, view: view, rowLimit: isRows ? 64 : nil)
    else {
      return true
    }
    guard case .numbers(let values) = stored else { return false }
    let width = shape[1]
    return (0..<values.count / width).allSatisfy { row in
      let columns = values[row * width..<(row + 1) * width]
      return columns.count(where: { $0 == 1 }) == 1
        && columns.count(where: { $0 == 0 }) == width - 1
    }
  }
}
