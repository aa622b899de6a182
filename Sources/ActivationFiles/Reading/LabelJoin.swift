/// How labels that lie apart from the activations are matched to the samples.
package enum LabelJoin: Sendable, Equatable {
  /// Row by row: one side, or both, carry no ids.
  case position
  /// By the ids of both sides; `key` is the column or dataset that holds those of the labels.
  case id(key: String)

  package var name: String {
    switch self {
    case .position: "position"
    case .id: "id"
    }
  }
}

/// The ids that labels of another file carry: a column of their table, a dataset beside them.
struct LabelKey {
  let name: String
  let values: [String]

  private static let names: Set<String> = [
    "id", "ids", "filename", "file", "name", "path", "key", "uid", "uuid", "accession", "image",
    "stimulus",
  ]

  /// Whether this is what a table calls its ids.
  var isNamedAsIDs: Bool {
    let words = name.lowercased().split { !$0.isLetter }.map(String.init)
    let whole = name.lowercased()
    return DatasetNames.sampleIDs.contains(whole) || ["imageid", "sampleid"].contains(whole)
      || Self.names.contains(words.last ?? "")
  }

  private var isDistinct: Bool { Set(values).count == values.count }

  /// Whether this numbers the rows, as an index of a data frame does.
  var isCounter: Bool {
    guard let first = values.first.flatMap({ Int($0) }), first == 0 || first == 1 else {
      return false
    }
    return values.enumerated().allSatisfy { Int($1) == $0 + first }
  }

  /// Whether this could tell rows apart: other columns may share numbers with ids by chance.
  var mayBeIDs: Bool { isNamedAsIDs || isDistinct }

  /// Whether this is plainly ids, so that rows of other ids are rows of other samples.
  func isPlainlyIDs(isFirst: Bool) -> Bool {
    guard !isCounter, values.count > 1 else { return false }
    if DatasetNames.sampleIDs.contains(name.lowercased()) { return true }
    guard isDistinct else { return false }
    if isNamedAsIDs { return true }
    return isFirst && values.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) }
      && !values.contains { Double($0) != nil }
  }
}

/// Matches labels to samples by the ids of both.
struct LabelMatch {
  /// The row of the labels for each sample.
  let rows: [Int]
  let key: String

  /// - Parameters:
  ///   - ids: what the samples may be called by: row ids, or the names of datasets and their
  ///     attribute `original_id`.
  ///   - place: where the labels are, for messages.
  /// - Returns: nil where nothing says that rows of the same place are not of the same sample.
  /// - Throws: where ids are missing, or the labels are of other samples.
  init?(
    ids: [[String]], keys: [LabelKey], labels: [String], file: String, place: String
  ) throws(ActivationFileError) {
    var best: (ids: [String], key: LabelKey, rows: [Int?], hits: Int)?
    for ids in ids {
      for key in keys where key.mayBeIDs {
        for isLoose in [false, true] {
          let rows = Self.rows(of: ids, in: key.values, isLoose: isLoose)
          let hits = rows.count { $0 != nil }
          if hits > best?.hits ?? 0 { best = (ids, key, rows, hits) }
        }
      }
    }
    guard let best else {
      guard let own = ids.first?.first,
        let other = keys.enumerated().first(where: { $1.isPlainlyIDs(isFirst: $0 == 0) })?.element
      else { return nil }
      throw .labelsOfOtherSamples(
        file: file, place: place, key: other.name, example: other.values[0], own: own)
    }
    let missing = zip(best.ids, best.rows).compactMap { $1 == nil ? $0 : nil }
    guard missing.isEmpty else {
      guard best.key.isPlainlyIDs(isFirst: true) || best.key.isNamedAsIDs && !best.key.isCounter
      else { return nil }
      throw .idsLackLabels(file: file, place: place, key: best.key.name, missing: missing)
    }
    let rows = best.rows.compactMap(\.self)
    let wanted = Dictionary(
      rows.map { (best.key.values[$0], labels[$0]) }, uniquingKeysWith: { first, _ in first })
    let doubled = zip(best.key.values, labels).filter { id, label in
      wanted[id].map { $0 != label } ?? false
    }.map(\.0)
    guard doubled.isEmpty else {
      throw .idsHaveSeveralLabels(file: file, place: place, key: best.key.name, ids: doubled)
    }
    self.rows = rows
    key = best.key.name
  }

  /// - Parameter isLoose: whether `007` is 7.
  private static func rows(of ids: [String], in keys: [String], isLoose: Bool) -> [Int?] {
    func name(_ text: String) -> String { isLoose ? Int64(text).map { String($0) } ?? text : text }
    let places = Dictionary(
      keys.enumerated().map { (name($0.element), $0.offset) },
      uniquingKeysWith: { first, _ in first })
    return ids.map { places[name($0)] }
  }
}
