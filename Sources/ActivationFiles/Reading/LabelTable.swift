/// Labels in a column of a table of comma- or tab-separated values whose first line names the
/// columns.
enum LabelTable {
  static func labels(
    file: String, column: String?
  ) throws(ActivationFileError) -> LabelValues {
    let bytes = try LabelFile.bytes(of: file)
    let separator = UInt8(ascii: file.lowercased().hasSuffix(".tsv") ? "\t" : ",")
    var rows = records(bytes, separator: separator)
    guard !rows.isEmpty else {
      throw .unreadableLabelFile(file, because: "this table is empty. Give one line per sample.")
    }
    let header = rows.removeFirst()
    let isOnlyColumn = header.count == 1 && column == nil
    guard let index = isOnlyColumn ? 0 : header.firstIndex(where: { $0 == column }) else {
      throw .columnIsMissing(file: file, name: column, columns: header)
    }
    let texts = rows.map { index < $0.count ? $0[index] : "" }
    let missing = texts.indices.filter { isMissing(texts[$0]) }
    guard let first = missing.first else { return LabelValues(texts: texts) }
    throw .unreadableLabelFile(
      file,
      because: "column \(header[index]) is \(texts[first].isEmpty ? "empty" : texts[first]) in "
        + "\(missing.asRows). Give a label for every sample.")
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
    let separator = UInt8(ascii: file.lowercased().hasSuffix(".tsv") ? "\t" : ",")
    let rows = records(try LabelFile.bytes(of: file), separator: separator)
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
