/// Values of a dataset that is to be labels or row ids.
enum StoredLabels {
  case integers([Int64])
  case unsignedIntegers([UInt64])
  case numbers([Double])
  /// Empty where a text was never set.
  case names([String])
  case members([Int64], names: [Int64: String])
}

extension StoredArray {
  /// Labels as they are meant: unpacked, and none of them missing.
  /// - Parameters:
  ///   - view: how the axes are seen; only rows of characters can be told from columns.
  ///   - rowLimit: rows behind so many are padding, and may hold anything.
  ///   - width: values for each sample.
  /// - Throws: where a sample within the limit has none, by whatever sign.
  func labels(
    at site: DatasetSite, view: AxisView?, rowLimit: Int?, width: Int
  ) throws(ActivationFileError) -> StoredLabels {
    let stored = try storedLabels(at: site, view: view, rowLimit: rowLimit)
    // Rows of characters are one text each.
    let width = type.isString ? 1 : width
    let gaps = LabelGaps(type, meaning)
    func require(_ count: Int, _ reason: (Int) -> String?) throws(ActivationFileError) {
      var rows: [Int] = []
      var first: String?
      for index in 0..<min(count, (rowLimit ?? count).multipliedOrMax(by: width)) {
        guard let reason = reason(index) else { continue }
        first = first ?? reason
        if rows.last != index / width { rows.append(index / width) }
      }
      guard rows.isEmpty else {
        throw .labelsAreMissing(site, rows: rows, because: first.flatMap { $0.isEmpty ? nil : $0 })
      }
    }
    if let mask = meaning?.mask {
      let isMissing = try mask.isEmpty ? [] : masked(by: mask, at: site)
      try require(isMissing.count) { isMissing[$0] ? "its mask says so" : nil }
    }
    switch stored {
    case .integers(let values):
      try require(values.count) { gaps.reason(against: values[$0]) }
      guard let meaning, meaning.isScaled else { return stored }
      return .numbers(values.map { meaning.value(of: Double($0)) })
    case .unsignedIntegers(let values):
      try require(values.count) { index in
        meaning?.reason(
          against: Double(values[index]), integer: Int64(bitPattern: values[index]))
      }
      guard let meaning, meaning.isScaled else { return stored }
      return .numbers(values.map { meaning.value(of: Double($0)) })
    case .members(let values, let names):
      try require(values.count) { gaps.reason(against: values[$0], of: names) }
      return stored
    case .numbers(let values):
      try require(values.count) { gaps.reason(against: values[$0]) }
      guard let meaning, meaning.isScaled else { return stored }
      return .numbers(values.map(meaning.value))
    case .names(let names):
      try require(names.count) { gaps.reason(against: names[$0]) }
      return stored
    }
  }

  /// Whether each value is missing, by a dataset beside it.
  private func masked(
    by path: String, at site: DatasetSite
  ) throws(ActivationFileError) -> [Bool] {
    let mask = try HDF5Library.exclusively(reading: file) { () throws(ActivationFileError) in
      try HDF5File(path: file, followsOtherFiles: followsOtherFiles).datasetDescription(at: path)
    }
    let maskSite = DatasetSite(file: file, path: path, layer: nil)
    try mask.requireFormOfLabels(in: file)
    guard mask.shape == shape else { throw .maskHasOtherForm(maskSite, of: site, shape) }
    switch try mask.array(in: file).storedLabels(at: maskSite, view: nil, rowLimit: nil) {
    case .integers(let values), .members(let values, _): return values.map { $0 != 0 }
    default: throw .maskHasOtherForm(maskSite, of: site, shape)
    }
  }
}

/// The signs by which a label is missing, whatever the file says of itself: NaN, an empty text, what
/// NaN and R's NA become as integers; and those that the file names.
private struct LabelGaps {
  private let meaning: ValueMeaning?
  /// The integer that stands for none by its size alone.
  private let least: Int64?

  init(_ type: ElementType, _ meaning: ValueMeaning?) {
    self.meaning = meaning
    switch (type.kind, type.size) {
    case (.integer(isSigned: true), 4): least = Int64(Int32.min)
    case (.integer(isSigned: true), 8): least = .min
    default: least = nil
    }
  }

  func reason(against value: Int64) -> String? {
    if let reason = meaning?.reason(against: Double(value), integer: value) { return reason }
    return value == least ? "\(value) is what NaN and R's NA are as an integer" : nil
  }

  /// R's logical values are an enumeration with a member for none.
  func reason(against value: Int64, of names: [Int64: String]) -> String? {
    if let reason = meaning?.reason(against: Double(value), integer: value) { return reason }
    return names[value] == "NA" && Set(names.values) == ["FALSE", "TRUE", "NA"]
      ? "NA is no value of R" : nil
  }

  func reason(against value: Double) -> String? {
    value.isNaN ? "NaN" : meaning?.reason(against: value)
  }

  func reason(against text: String) -> String? {
    if text.isEmpty { return "" }
    return meaning?.texts.contains(text) == true ? "\(text) stands for none there" : nil
  }
}
