import Activations

// Every sentence about class labels.
extension ActivationFileError {
  static func noLabels(
    file: String, checkpointPaths: [String], candidates: [DatasetDescription]
  ) -> Self {
    var hint = "Store them as a dataset named labels, or name them with --labels"
    if !candidates.isEmpty {
      let list = candidates.map { "\($0.path) (\($0.type.name))" }.listed()
      hint += "; of the layers' length are \(list)"
    } else if !checkpointPaths.isEmpty {
      hint += "; there are \(checkpointPaths.listed()), beside other layers"
    }
    return Self(
      file: file,
      "no class labels were found. \(hint). Labels of another file are given as "
        + "--labels FILE.h5:PATH, FILE.csv:COLUMN or FILE.npy.")
  }

  /// - Parameters:
  ///   - path: as it was asked for.
  ///   - matrices: paths of datasets of several columns.
  static func noSuchLabels(
    file: String, path: String, paths: [String], matrices: [String]
  ) -> Self {
    if let colon = path.lastIndex(of: ":"), let column = Int(path[path.index(after: colon)...]),
      let matrix = matrices.first(where: {
        $0 == path[..<colon] || $0.hasSuffix("/" + path[..<colon])
      })
    {
      return Self(
        file: file,
        "--labels \(path): there is no such dataset. Column \(column) of \(matrix) is "
          + "--labels '\(matrix)[\(column)]'.")
    }
    if FileState(of: path) != nil {
      return Self(
        file: file,
        "--labels \(path): that is a file, of a kind that labels are not read from. Save them as "
          + "FILE.npy, FILE.txt (a line each), FILE.csv:COLUMN or FILE.h5:PATH.")
    }
    let others =
      paths.isEmpty
      ? "No dataset looks like labels."
      : "Datasets that could be labels: \(paths.listed(nearestTo: path))."
    return Self(file: file, "--labels \(path): there is no such dataset. \(others)")
  }

  static func ambiguousLabels(file: String, paths: [String]) -> Self {
    let what =
      paths.count == 1
      ? "\(paths[0]) is the only column of classes, and by its name a batch"
      : "\(paths.listed()) could each be the class labels"
    return Self(
      file: file, "\(what). Choose one with --labels \(paths.first ?? "PATH").", asks: true)
  }

  static func labelsOfOtherLength(
    file: String, layer: String, layerCount: Int, labels: String, labelCount: Int,
    axis: Int? = nil
  ) -> Self {
    Self(
      file: file,
      "\(layer) has \(layerCount.asRowCount) but \(labels) has \(labelCount). Export both from the same "
        + "batch, or name other labels with --labels."
        + (axis.map { " If axis \($0) of \(layer) counts the samples, say --sample-axis \($0)." }
          ?? ""))
  }

  static func labelsOfUnknownForm(_ site: DatasetSite, shape: [Int]?, type: String) -> Self {
    let form = shape.map { $0.isEmpty ? "a single value" : $0.asExtents } ?? "no values"
    return Self(
      file: site.file,
      "\(site.path) (\(form), \(type)) cannot be read as labels. Store one integer or name per "
        + "sample, or one-hot rows, \(site.remedy).")
  }

  static func labelsAreTooLarge(_ site: DatasetSite, _ shape: [Int]) -> Self {
    Self(
      file: site.file,
      "\(site.path) (\(shape.asExtents)) does not fit in the memory limit as labels. Raise "
        + "--memory, \(site.remedy).")
  }

  static func labelsAreNotWhole(_ site: DatasetSite, row: Int, value: Double) -> Self {
    Self(
      file: site.file,
      "\(site.path) has \(value) in row \(row): labels must be whole numbers. Store class numbers "
        + "or names, \(site.remedy).")
  }

  static func labelIsTooLarge(_ site: DatasetSite, row: Int, value: UInt64) -> Self {
    Self(
      file: site.file,
      "\(site.path) has \(value) in row \(row), too large for a class number. Store smaller "
        + "numbers or names, \(site.remedy).")
  }

  static func labelsAreNotOneHot(_ site: DatasetSite, row: Int, width: Int) -> Self {
    // Columns of datasets have names; those of an array that is a file have none.
    let choice =
      site.path.hasPrefix("/") && site.path != site.file
      ? "choose a column as in --labels '\(site.path)[\(width - 1)]', " : ""
    return Self(
      site,
      "has \(width) columns but row \(row) is not one-hot (a single 1 among zeros). Store one class "
        + "per sample, \(choice)\(site.remedy). Say --tokens if they run along the tokens of the "
        + "layers.")
  }

  /// - Parameter reason: how that shows, where the file holds something there: `-9999 is its _FillValue`.
  static func labelsAreMissing(
    _ site: DatasetSite, rows: [Int], because reason: String? = nil
  ) -> Self {
    Self(
      site,
      "has no label in \(rows.asRows)\(reason.map { " (\($0))" } ?? ""). Store a label for every "
        + "sample, \(site.remedy).")
  }

  static func cellIsNoText(_ site: DatasetSite, row: Int) -> Self {
    Self(
      site,
      "is a cell array, and its element \(row) is neither a text nor a single number. Store labels "
        + "as numbers or with cellstr, \(site.remedy).")
  }

  static func maskHasOtherForm(
    _ mask: DatasetSite, of site: DatasetSite, _ shape: [Int]
  ) -> Self {
    Self(
      mask,
      "is to say which values of \(site.path) (\(shape.asExtents)) are missing, and is no boolean "
        + "array of this shape. Write both again, \(site.remedy).")
  }

  static func labelIsNoMember(_ site: DatasetSite, row: Int, value: Int64) -> Self {
    Self(
      file: site.file,
      "\(site.path) has \(value) in row \(row), which is no member of its enumeration. Export the "
        + "labels again, \(site.remedy).")
  }

  static func noSuchColumn(
    _ site: DatasetSite, column: Int, _ shape: [Int]
  ) -> Self {
    Self(
      site,
      shape.count == 2
        ? "has \(shape[1]) columns, from 0 on, and no column \(column). Choose another with --labels."
        : "has the shape \(shape.asExtents) and so no columns. Leave [\(column)] out.")
  }

  static func labelsDisagree(file: String, first: String, second: String) -> Self {
    Self(
      file: file,
      "\(first) and \(second) hold different labels for the layers of one checkpoint. Choose one "
        + "with --labels \(first), or the layers that belong together with --layers.")
  }

  // MARK: Ids

  static func labelsOfOtherSamples(
    file: String, place: String, key: String, example: String, own: String
  ) -> Self {
    Self(
      file: file,
      "the labels \(place) carry ids (\(key): \(example) …), and none of them is one of the "
        + "samples here (\(own) …). Give the labels of these samples, or labels without ids if "
        + "their rows are in the same order.")
  }

  static func idsLackLabels(
    file: String, place: String, key: String, missing: [String]
  ) -> Self {
    Self(
      file: file,
      "the labels \(place) go by \(key), which lacks \(missing.count) of the samples: "
        + "\(missing.listed(limit: 5)). Give a label for every sample.")
  }

  static func idsHaveSeveralLabels(
    file: String, place: String, key: String, ids: [String]
  ) -> Self {
    Self(
      file: file,
      "the labels \(place) go by \(key), which has several rows of different labels for "
        + "\(ids.uniqueInOrder.listed(limit: 5)). Keep one row for each sample.")
  }

  // MARK: Tables and arrays

  static func unreadableLabelFile(_ file: String, because reason: String) -> Self {
    Self(file: file, reason)
  }

  static func columnIsMissing(file: String, name: String?, columns: [String]) -> Self {
    let wanted = name.map { "there is no column \($0)" } ?? "say which column holds the labels"
    let example = columns.first.map { " as in --labels \(file):\($0)" } ?? ""
    let isNoHeader = columns.allSatisfy { Double($0) != nil }
    return Self(
      file: file,
      "\(wanted)\(example). The columns are: \(columns.listed(nearestTo: name ?? ""))."
        + (isNoHeader ? " The first line has to name the columns." : ""))
  }

  static func labelsOfAllParts(
    file: String, count: Int, sampleCount: Int, option: String
  ) -> Self {
    let what =
      option == "--per-sample"
      ? "one for each dataset or file, and each of these has \(sampleCount.asRowCount). Say \(option) if each is a "
        + "sample (with --pool mean, max, first or last for its rows)."
      : "one for every row of all layers or files together, and each of these has \(sampleCount.asRowCount). "
        + "Say \(option) if they are parts of the samples."
    return Self(file: file, "has \(count) labels, \(what)", asks: true)
  }

  static func labelFileOfOtherLength(
    file: String, count: Int, checkpoint: String, sampleCount: Int
  ) -> Self {
    Self(
      file: file,
      "has \(count) labels but the layers of \(checkpoint) have \(sampleCount.asRowCount). Give the "
        + "labels of the same samples in the same order.")
  }
}
