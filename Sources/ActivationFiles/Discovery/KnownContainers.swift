/// Files of libraries that keep more than activations by a scheme of their own: AnnData, pandas,
/// PyTables, MATLAB, Keras. What their bookkeeping is, and what their columns are called.
enum KnownContainers {
  static func sorted(_ file: FileDescription) -> FileDescription {
    let groups = Set(file.datasets.compactMap(\.components.first))
    let isAnnData = groups.isSuperset(of: ["X", "obs", "var"])
    let isKerasModel = file.datasets.contains { $0.isKerasVariable && $0.role == .weights }
    let listed = Dictionary(
      file.datasets.map { ($0.components, $0) }, uniquingKeysWith: { first, _ in first })
    let datasets = file.datasets.map { dataset in
      var copy = dataset
      if dataset.role == .weights { return dataset }
      // Rows of a data frame, and of AnnData's matrices, are samples.
      if isAnnData || dataset.isPandas { copy.knowsSampleAxis = true }
      if isAnnData, let group = dataset.components.first, dataset.components.count > 1,
        ["var", "varm", "varp", "obsp", "uns", "raw"].contains(group)
      {
        copy.exclusion = "AnnData: \(group)"
      } else if dataset.group.last == "__categories" {
        copy.exclusion = "categories"
      } else if let first = dataset.components.first, first.hasPrefix("#") {
        copy.exclusion = "MATLAB: \(first)"
      } else if dataset.group.contains(where: { $0.hasPrefix("_i_") }) {
        copy.exclusion = "index of a table"
      } else if isKerasModel, dataset.isKerasVariable {
        copy.isParameter = true
      } else if dataset.isPandas, let column = Self.pandas(dataset, in: file) {
        copy = column
      }
      // AnnData before 0.8 keeps the names of all columns in one group.
      let names = dataset.group + ["__categories", dataset.leaf]
      if copy.exclusion == nil, dataset.type.isInteger, let categories = listed[names] {
        copy.categories = categories.path
      }
      return copy
    }
    return file.with(datasets)
  }

  /// A part of a data frame: its values under the names of their columns.
  private static func pandas(
    _ dataset: DatasetDescription, in file: FileDescription
  ) -> DatasetDescription? {
    var copy = dataset
    copy.knowsSampleAxis = true
    guard dataset.leaf.hasSuffix("_values"),
      let columns = file.columnNames[
        dataset.group + [String(dataset.leaf.dropLast(7)) + "_items"]]
    else {
      copy.exclusion = "pandas: names of rows and columns"
      return dataset.leaf.hasSuffix("_values") ? nil : copy
    }
    if !dataset.type.isNumeric, !dataset.type.isString {
      // A column of labels is asked for by its name, and then says why it is none.
      if let labels = columns.first(where: DatasetNames.isLabels) {
        copy.components = dataset.group + [labels]
        copy.obstacle =
          "is a column of text in pandas' fixed format, which is a pickle. Write it with "
          + "frame.to_hdf(path, key=…, format='table', data_columns=['\(labels)'])"
      } else {
        copy.exclusion = "pandas: pickled columns \(columns.listed(limit: 5))"
      }
      return copy
    }
    if columns.count == 1 {
      copy.components = dataset.group + columns
      return copy
    }
    if let labels = columns.first(where: DatasetNames.isLabels) {
      copy.obstacle =
        "is a data frame with the column \(labels) among the features. Store labels as integers "
        + "or text, in a column of another type than the features"
    } else if !dataset.type.isFloat {
      copy.exclusion = "pandas: columns \(columns.listed(limit: 5))"
    }
    return copy
  }
}

extension DatasetDescription {
  /// `dense/kernel:0`: TensorFlow's names of variables.
  fileprivate var isKerasVariable: Bool {
    guard let colon = leaf.lastIndex(of: ":") else { return false }
    return String(leaf[leaf.index(after: colon)...]).isNumber
  }

  /// `axis0`, `block1_items`, `block1_values`: a data frame in pandas' fixed format.
  fileprivate var isPandas: Bool {
    // Most names are told apart without the cost of the expression.
    guard leaf.hasPrefix("axis") || leaf.hasPrefix("block") else { return false }
    return leaf.wholeMatch(of: /axis[0-9]+(_.*)?|block[0-9]+_(items|values)(_.*)?/) != nil
  }
}
