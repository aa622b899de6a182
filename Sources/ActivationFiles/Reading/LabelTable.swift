/// Labels in a column of a table of comma-, semicolon- or tab-separated values whose first line names
/// the columns, or in a file of one label a line.
enum LabelTable {
  static func labels(
    file: String, column: String?
  ) throws(ActivationFileError) -> LabelValues {
    var rows = try records(of: file)
    guard let header = rows.first else {
      throw .unreadableLabelFile(file, because: "this table is empty. Give one line per sample.")
    }
    let isOnlyColumn = column == nil && rows.allSatisfy { $0.count == 1 }
    guard let index = isOnlyColumn ? 0 : header.firstIndex(where: { $0 == column }) else {
      throw .columnIsMissing(file: file, name: column, columns: header)
    }
    if !isOnlyColumn || isHeader(header[0], of: rows.dropFirst().map { $0[0] }) {
      rows.removeFirst()
    }
    let texts = rows.map { index < $0.count ? $0[index] : "" }
    let missing = texts.indices.filter { isMissing(texts[$0]) }
    guard let first = missing.first else { return LabelValues(texts: texts) }
    let name =
      isOnlyColumn && rows.first.map { $0 == header } == true
      ? "the file" : "column \(header[index])"
    throw .unreadableLabelFile(
      file,
      because: "\(name) is \(texts[first].isEmpty ? "empty" : texts[first]) in "
        + "\(missing.asRows). Give a label for every sample.")
  }

  /// Whether the first line of a single column names it: it is no label that stands below, and no
  /// number where all others are.
  private static func isHeader(_ first: String, of others: [String]) -> Bool {
    guard !others.isEmpty, !others.contains(first) else { return false }
    return LabelValues.integer(first) == nil || others.contains { LabelValues.integer($0) == nil }
  }

  fileprivate static func records(of file: String) throws(ActivationFileError) -> [[String]] {
    let bytes = try LabelFile.bytes(of: file)
    let isText = bytes.prefix(4096).allSatisfy { $0 >= 32 || [9, 10, 13].contains($0) }
    guard isText else {
      let format = ForeignFormat(bytes: bytes)
      throw .unreadableLabelFile(
        file, because: format?.sentence ?? "this is no text. Give a table of text.")
    }
    if let format = ForeignFormat(bytes: bytes, isText: true) { throw .isForeign(file, format) }
    // Names may hold any separator in a file of one label a line.
    if file.lowercased().hasSuffix(".txt") {
      return records(bytes, separator: 0).map { [$0.joined()] }
    }
    return records(bytes, separator: separator(of: bytes, file))
  }

  /// What parts the columns: the tab of a `.tsv`, the comma, or what the first line has without one.
  private static func separator(of bytes: [UInt8], _ file: String) -> UInt8 {
    let (tab, comma, semicolon) = (UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";"))
    if file.lowercased().hasSuffix(".tsv") { return tab }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    return [comma, semicolon, tab].first(where: line.contains) ?? comma
  }

  private static let missingWords: Set<String> = [
    "NA", "NaN", "nan", "<NA>", "#N/A", "N/A", "n/a", "NULL", "null",
  ]

  /// Whether a cell holds nothing, as pandas and R write and read that.
  private static func isMissing(_ cell: String) -> Bool {
    cell.isEmpty || missingWords.contains(cell)
  }

  /// The columns beside that of the labels, which may hold ids.
  static func keys(
    file: String, besides column: String?
  ) throws(ActivationFileError) -> [LabelKey] {
    let rows = try records(of: file)
    guard let header = rows.first, header.count > 1 else { return [] }
    return header.indices.filter { header[$0] != column }.compactMap { index in
      let values = rows.dropFirst().compactMap { index < $0.count ? $0[index] : nil }
      return values.count == rows.count - 1 ? LabelKey(name: header[index], values: values) : nil
    }
  }

  /// The fields of every line; fields in double quotes may hold separators, line ends and doubled
  /// quotes. Empty lines are passed over.
  static func records(_ bytes: [UInt8], separator: UInt8) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    func endOfField() {
      record.append(String(decoding: field, as: UTF8.self))
      field = []
    }
    func endOfRecord() {
      endOfField()
      if record != [""] { records.append(record) }
      record = []
    }
    let quote = UInt8(ascii: "\"")
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte != quote {
          field.append(byte)
        } else if index < bytes.count, bytes[index] == quote {
          field.append(quote)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == quote && field.isEmpty {
        isQuoted = true
      } else if byte == separator {
        endOfField()
      } else if byte == UInt8(ascii: "\n") {
        endOfRecord()
      } else if byte != UInt8(ascii: "\r") {
        field.append(byte)
      }
    }
    if !field.isEmpty || !record.isEmpty { endOfRecord() }
    return records
  }
}

enum LabelFile {
  private static let byteLimit = 1 << 30

  static func bytes(of path: String) throws(ActivationFileError) -> [UInt8] {
    let file = try ReadableFile(path: path)
    guard file.byteSize <= byteLimit else {
      throw .unreadableLabelFile(
        path, because: "this file is larger than 1 GiB, too large for labels. Give labels only.")
    }
    let bytes = file.bytes(at: 0, count: file.byteSize)
    guard bytes.count == file.byteSize else {
      throw .cannotOpen(path, reason: "it could not be read to its end")
    }
    return bytes
  }
}

/// A table of comma-, semicolon- or tab-separated values.
package enum ValueTable {
  /// The fields of every line, the header first.
  package static func records(of file: String) throws(ActivationFileError) -> [[String]] {
    try LabelTable.records(of: file)
  }
}
