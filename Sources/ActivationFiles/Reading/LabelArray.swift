/// Labels in a NumPy file: one integer, whole number or string per sample.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
enum LabelArray {
  static func labels(file: String) throws(ActivationFileError) -> LabelValues {
    let bytes = try LabelFile.bytes(of: file)
    guard let header = Header(bytes) else {
      throw .unreadableLabelFile(
        file, because: "this is not a NumPy file. Give one written by numpy.save.")
    }
    guard header.isVector else {
      throw .unreadableLabelFile(
        file,
        because: "this array has shape (\(header.shape)), but labels are one per sample. "
          + "Save a vector.")
    }
    let data = bytes[header.dataStart...]
    let byteCount = header.count.multipliedOrMax(by: header.itemSize)
    guard header.itemSize > 0, data.count >= byteCount else {
      throw .unreadableLabelFile(
        file,
        because: "this array of type \(header.type) is truncated or of an unknown type. Save it "
          + "again as int64 or str.")
    }
    let items = (0..<header.count).map {
      data.dropFirst($0 * header.itemSize).prefix(header.itemSize)
    }
    return try values(items, header, file)
  }

  private static func values(
    _ items: [ArraySlice<UInt8>], _ header: Header, _ file: String
  ) throws(ActivationFileError) -> LabelValues {
    func bits(_ item: some Collection<UInt8>) -> UInt64 {
      let bytes = header.isBigEndian ? Array(item) : item.reversed()
      return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
    let site = DatasetSite(file: file, path: "array", layer: nil)
    switch (header.kind, header.itemSize) {
    case ("i", 1...8):
      let shift = UInt64(64 - 8 * header.itemSize)
      return .integers(items.map { Int64(bitPattern: bits($0) << shift) >> Int64(shift) })
    case ("u", 1...8), ("b", 1):
      let values = items.map(bits)
      if let row = values.firstIndex(where: { $0 > UInt64(Int64.max) }) {
        throw .labelIsTooLarge(site, row: row, value: values[row])
      }
      return .integers(values.map { Int64($0) })
    case ("f", 4):
      let values = items.map { Double(Float(bitPattern: UInt32(bits($0)))) }
      return .integers(try LabelValues.whole(values, at: site))
    case ("f", 8):
      let values = items.map { Double(bitPattern: bits($0)) }
      return .integers(try LabelValues.whole(values, at: site))
    case ("S", _):
      return .names(items.map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    case ("U", _) where header.itemSize % 4 == 0:
      return .names(
        items.map { item in
          var text = String.UnicodeScalarView()
          for start in stride(from: item.startIndex, to: item.endIndex, by: 4) {
            let value = UInt32(truncatingIfNeeded: bits(item[start..<start + 4]))
            guard value != 0 else { break }
            text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
          }
          return String(text)
        })
    default:
      throw .unreadableLabelFile(
        file,
        because: "this array is of type \(header.type), which cannot be read as labels. Save it "
          + "as int64 or str.")
    }
  }

  /// The dictionary in front of the data: `{'descr': '<i8', 'fortran_order': False,
  /// 'shape': (512,), }`.
  private struct Header {
    let type: String
    let shape: String
    let dataStart: Int

    init?(_ bytes: [UInt8]) {
      guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else { return nil }
      let lengthSize = bytes[6] == 1 ? 2 : 4
      let start = 8 + lengthSize
      let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
      guard bytes.count >= start + length else { return nil }
      let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
      guard let type = text.firstMatch(of: /'descr':\s*'([^']*)'/)?.output.1,
        let shape = text.firstMatch(of: /'shape':\s*\(([^)]*)\)/)?.output.1
      else { return nil }
      self.type = String(type)
      self.shape = String(shape)
      dataStart = start + length
    }

    var isBigEndian: Bool { type.hasPrefix(">") }
    var kind: String { String(type.drop { "<>|=".contains($0) }.prefix(1)) }

    var itemSize: Int {
      let digits = type.drop { !$0.isNumber }
      let size = Int(digits) ?? 0
      return kind == "U" ? size.multipliedOrMax(by: 4) : size
    }

    private var extents: [Int] {
      shape.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
    }
    var isVector: Bool { !extents.isEmpty && extents.dropFirst().allSatisfy { $0 == 1 } }
    var count: Int { max(0, extents.first ?? 0) }
  }
}

extension Int {
  fileprivate func multipliedOrMax(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
