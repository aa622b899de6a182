import Activations

/// Labels of a file, before they are classes.
enum LabelValues: Equatable {
  case integers([Int64])
  case names([String])

  var count: Int {
    switch self {
    case .integers(let values): values.count
    case .names(let names): names.count
    }
  }

  var classes: ClassLabels {
    switch self {
    case .integers(let values): ClassLabels(values)
    case .names(let names): ClassLabels(names)
    }
  }

  /// One text per sample.
  var texts: [String] {
    switch self {
    case .integers(let values): values.map(String.init)
    case .names(let names): names
    }
  }

  /// Numbers if all of the texts are, else names.
  init(texts: [String]) {
    let values = texts.compactMap(Self.integer)
    self = values.count == texts.count ? .integers(values) : .names(texts)
  }

  /// The integer that a text is, also as `1.0` or `1e2`; nil for any other text.
  static func integer(_ text: String) -> Int64? {
    if let value = Int64(text) { return value }
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let value = Double(text),
      abs(value) <= 0x1p53
    else { return nil }
    return Int64(exactly: value)
  }

  /// - Parameter width: the number of values per sample; more than one is a one-hot row.
  init(
    _ stored: StoredLabels, width: Int, at site: DatasetSite
  ) throws(ActivationFileError) {
    switch stored {
    case .names(let names):
      self = .names(names)
    case .members(let values, _) where width > 1:
      self = .integers(try Self.oneHot(values.map { Double($0) }, width: width, at: site))
    case .members(let values, let names):
      self = .names(try Self.names(of: values, names, at: site))
    case .integers(let values) where width > 1:
      self = .integers(try Self.oneHot(values.map { Double($0) }, width: width, at: site))
    case .integers(let values):
      self = .integers(values)
    case .unsignedIntegers(let values) where width > 1:
      self = .integers(try Self.oneHot(values.map { Double($0) }, width: width, at: site))
    case .unsignedIntegers(let values):
      self = .integers(try Self.signed(values, at: site))
    case .numbers(let values):
      self = .integers(
        width > 1
          ? try Self.oneHot(values, width: width, at: site) : try Self.whole(values, at: site))
    }
  }

  private static func names(
    of values: [Int64], _ names: [Int64: String], at site: DatasetSite
  ) throws(ActivationFileError) -> [String] {
    var found: [String] = []
    found.reserveCapacity(values.count)
    for (row, value) in values.enumerated() {
      guard let name = names[value] else { throw .labelIsNoMember(site, row: row, value: value) }
      found.append(name)
    }
    return found
  }

  private static func signed(
    _ values: [UInt64], at site: DatasetSite
  ) throws(ActivationFileError) -> [Int64] {
    if let row = values.firstIndex(where: { $0 > UInt64(Int64.max) }) {
      throw .labelIsTooLarge(site, row: row, value: values[row])
    }
    return values.map { Int64($0) }
  }

  /// - Throws: for a value that is no integer, or too large to be told from its neighbors.
  static func whole(
    _ values: [Double], at site: DatasetSite
  ) throws(ActivationFileError) -> [Int64] {
    if let row = values.firstIndex(where: { Int64(exactly: $0) == nil || abs($0) > 0x1p53 }) {
      throw .labelsAreNotWhole(site, row: row, value: values[row])
    }
    return values.map { Int64($0) }
  }

  private static func oneHot(
    _ values: [Double], width: Int, at site: DatasetSite
  ) throws(ActivationFileError) -> [Int64] {
    var classes: [Int64] = []
    for row in 0..<values.count / width {
      let columns = values[row * width..<(row + 1) * width]
      let ones = columns.indices.filter { columns[$0] == 1 }
      guard ones.count == 1, columns.count(where: { $0 == 0 }) == width - 1 else {
        throw .labelsAreNotOneHot(site, row: row, width: width)
      }
      classes.append(Int64(ones[0] - row * width))
    }
    return classes
  }
}
