/// Files that look like one sample a key, though nobody said so.
extension PerSample {
  /// Fewer siblings than this may be anything.
  private static let fewest = 10

  /// Throws where a file looks like one sample a key.
  static func requireNone(
    _ file: FileDescription, names: CheckpointName
  ) throws(ActivationFileError) {
    let vectors = file.datasets.filter { $0.squeezedShape?.count == 1 && mayBeLabels($0) }
    let lengths = Set(vectors.compactMap { $0.squeezedShape?.first })
    let labels = Set(file.labels.compactMap { $0.squeezedShape?.first })
    let all = file.datasets.filter(isSample)
    guard all.count >= fewest else { return }
    let places = SampleKeys(all, names: names)
    if places.isUnusual {
      try requireNoneOfUnusualNames(all, places, file: file, lengths)
    }
    for (front, depth) in places.depths {
      let samples = all.filter { places.front(of: $0) == front && $0.components.count > depth }
      let keys = Set(samples.map { $0.components[depth] })
      guard keys.count >= fewest else { continue }
      let isNumbered =
        Set(keys.map(\.withoutDigits)).count == 1
        && keys.allSatisfy { $0.contains(where: \.isWholeNumber) }
      let byRest = Dictionary(grouping: samples) { Array($0.components[(depth + 1)...]) }
      let rows = Set(samples.compactMap { $0.shape?.first })
      let isVectors = samples.allSatisfy { $0.shape?.count == 1 }
      let differ = byRest.values.contains { haveNoCommonRows($0.map { $0.shape ?? [] }) }
      let isLabelled = lengths.contains(keys.count) && lengths.isDisjoint(with: rows)
      // As many values as there are labels: columns of a table, one a feature.
      if isVectors, rows.count == 1, !lengths.isDisjoint(with: rows), !isLabelled {
        throw .looksLikeColumns(file: file.file, example: samples[0].path, count: samples.count)
      }
      let isFound =
        isNumbered
        ? isVectors || differ || rows == [1] || isLabelled
        : isVectors && rows.count == 1 || isLabelled && labels.contains(keys.count)
          || byRest.values.contains { haveHardlyCommonRows($0.map { $0.shape ?? [] }) }
      guard isFound else { continue }
      throw .looksPerSample(
        file: file.file, example: samples[0].path, count: keys.count,
        hasTokens: samples.contains { ($0.shape?.count ?? 0) > 1 })
    }
  }

  /// Names with slashes inside, and names that end in the layer.
  private static func requireNoneOfUnusualNames(
    _ samples: [DatasetDescription], _ keys: SampleKeys, file: FileDescription, _ lengths: Set<Int>
  ) throws(ActivationFileError) {
    let places = samples.compactMap { dataset in keys.place(of: dataset).map { ($0, dataset) } }
    let count = Set(places.map(\.0.sample)).count
    guard count >= fewest else { return }
    let byRest = Dictionary(grouping: places, by: \.0.rest).values.filter { $0.count == count }
    let isFound = byRest.contains { members in
      let shapes = members.map { $0.1.shape ?? [] }
      return shapes.allSatisfy { $0.count == 1 } || haveHardlyCommonRows(shapes)
        || lengths.contains(count) && lengths.isDisjoint(with: Set(shapes.compactMap(\.first)))
    }
    guard isFound else { return }
    throw .looksPerSample(
      file: file.file, example: samples[0].path, count: count,
      hasTokens: samples.contains { ($0.shape?.count ?? 0) > 1 })
  }

  /// Whether arrays differ in what would be their number of samples, or in the middle axis alone,
  /// as tokens of sentences do. Layers differ in their features.
  private static func haveNoCommonRows(_ shapes: [[Int]]) -> Bool {
    if Set(shapes.map(\.first)).count > 1 { return true }
    return shapes.allSatisfy { $0.count == 3 } && Set(shapes.map { $0[2] }).count == 1
      && Set(shapes.map { $0[1] }).count > 1
  }

  /// Whether so many arrays of one width differ in their rows that they are no layers of which one is
  /// odd.
  private static func haveHardlyCommonRows(_ shapes: [[Int]]) -> Bool {
    guard shapes.count >= fewest, Set(shapes.map { $0.dropFirst() }).count == 1 else {
      return false
    }
    let counts = Dictionary(shapes.map { ($0.first ?? 0, 1) }, uniquingKeysWith: +)
    return counts.count > 2 && 5 * (counts.values.max() ?? 0) < 4 * shapes.count
  }

  private static func mayBeLabels(_ dataset: DatasetDescription) -> Bool {
    dataset.role == .labels || dataset.type.isInteger || dataset.type.isString
  }
}

extension String {
  /// The name with every run of digits as `0`.
  var withoutDigits: String {
    var result = ""
    for character in self {
      if character.isNumber {
        if result.last != "0" { result.append("0") }
      } else {
        result.append(character)
      }
    }
    return result
  }
}
