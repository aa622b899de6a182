extension BlockSource {
  /// The bytes of a block's numbers side by side, without what else is in their records, and with
  /// room for the library's conversion where that is needed. The caller deallocates them.
  func numbers(
    of block: ArrayBlock, in array: StoredArray
  ) throws(ActivationFileError) -> UnsafeMutableRawBufferPointer {
    let count = block.count
    let room = array.type.needsLibrary ? max(16, array.elementSize) : array.elementSize
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(16, count * room), alignment: 16)
    do throws(ActivationFileError) {
      try read(
        block, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count * array.elementSize)]))
    } catch {
      bytes.deallocate()
      throw error
    }
    guard let member = array.member, let base = bytes.baseAddress else { return bytes }
    // Each record is at or behind the place its member moves to.
    let size = array.numbersPerElement * array.type.size
    for index in 0..<count {
      (base + index * size).copyMemory(
        from: base + index * member.recordSize + member.offset, byteCount: size)
    }
    return bytes
  }
}

extension StoredArray {
  /// Whether rows of single characters are to be texts.
  private var isRowsOfCharacters: Bool {
    shape.count == 2 && type.isCharacters
  }

  /// All values as they are stored, as one label per sample or as one-hot rows; what stands for none
  /// is among them.
  /// - Parameters:
  ///   - view: how the axes are seen; only rows of characters can be told from columns.
  ///   - rowLimit: rows behind so many need not be read.
  func storedLabels(
    at site: DatasetSite, view: AxisView?, rowLimit: Int?
  ) throws(ActivationFileError) -> StoredLabels {
    let axis = extents.isEmpty ? nil : view?.order.first ?? 0
    let source = try open(for: site, sampleAxis: axis, threadCount: 1)
    defer { source.close() }
    var block = ArrayBlock(start: extents.map { _ in 0 }, extents: extents)
    if let fixed = view?.fixed {
      block.start[fixed.axis] = fixed.index
      block.extents[fixed.axis] = 1
    }
    if let rowLimit, axis == 0, !isRowsOfCharacters {
      block.extents[0] = min(block.extents[0], rowLimit)
    }
    let bytes = try source.numbers(of: block, in: self)
    defer { bytes.deallocate() }
    let count = block.count * numbersPerElement
    let stored = UnsafeRawBufferPointer(rebasing: bytes[..<(count * type.size)])
    let decoder = ElementDecoder(type: type)
    let isTransposed = view.map { !$0.keepsOrder } ?? false
    if isTransposed, !type.isString { transpose(bytes) }
    switch type.kind {
    case .variableString:
      return .names(try variableStrings(at: site).prefix(count).map { $0 ?? "" })
    case .cell: return .names(try cellTexts(at: site))
    case .fixedString, .utf16, .utf32:
      return .names(texts(stored, isTransposed: isTransposed))
    case .enumeration, .boolean:
      let names = try enumerationNames(at: site)
      let values = decoder.integers(stored, count: count)
      return names.isEmpty ? .integers(values) : .members(values, names: names)
    case .integer(isSigned: false) where type.size == 8:
      let values = decoder.integers(stored, count: count)
      return .unsignedIntegers(values.map { UInt64(bitPattern: $0) })
    case .integer: return .integers(decoder.integers(stored, count: count))
    case .otherFloat, .otherInteger:
      try source.convertToDoubles(bytes, count: count)
      return .numbers((0..<count).map { bytes.load(fromByteOffset: 8 * $0, as: Double.self) })
    default:
      return .numbers(
        [Double](unsafeUninitializedCapacity: count) { doubles, filled in
          Double.decode(
            stored, by: decoder, into: UnsafeMutableBufferPointer(rebasing: doubles[..<count]))
          filled = count
        })
    }
  }

  private func texts(_ bytes: UnsafeRawBufferPointer, isTransposed: Bool) -> [String] {
    guard isRowsOfCharacters else {
      return (0..<bytes.count / max(1, type.size)).map { index in
        let field = bytes[index * type.size..<(index + 1) * type.size]
        return type.kind == .utf32 ? wideText(field) : HDF5Text.text(of: field)
      }
    }
    let (count, length) = isTransposed ? (shape[1], shape[0]) : (shape[0], shape[1])
    return (0..<count).map { row in
      let places = (0..<length).map { isTransposed ? $0 * count + row : row * length + $0 }
      guard type.kind == .utf16 else { return HDF5Text.text(of: places.map { bytes[$0] }) }
      let units = places.map { place in
        let unit = bytes.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)
        return type.isSwapped ? unit.byteSwapped : unit
      }
      return HDF5Text.text(of: Array(String(decoding: units, as: UTF16.self).utf8))
    }
  }

  private func wideText(_ field: Slice<UnsafeRawBufferPointer>) -> String {
    var text = String.UnicodeScalarView()
    for start in stride(from: field.startIndex, to: field.endIndex, by: 4) {
      let stored = field.base.loadUnaligned(fromByteOffset: start, as: UInt32.self)
      let value = type.isSwapped ? stored.byteSwapped : stored
      guard value != 0 else { break }
      text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
    return String(text)
  }

  /// Puts the numbers of a matrix stored by columns into the order of rows.
  private func transpose(_ bytes: UnsafeMutableRawBufferPointer) {
    guard shape.count == 2, !shape.contains(1) else { return }
    let stored = Array(bytes[..<(shape.reduce(type.size, *))])
    for column in 0..<shape[0] {
      for row in 0..<shape[1] {
        let (from, to) = (column * shape[1] + row, row * shape[0] + column)
        for byte in 0..<type.size { bytes[to * type.size + byte] = stored[from * type.size + byte] }
      }
    }
  }

  private func variableStrings(at site: DatasetSite) throws(ActivationFileError) -> [String?] {
    guard case .dataset(let path) = place else { return [] }
    return try HDF5Library.exclusively(reading: file) { () throws(ActivationFileError) in
      try HDF5File(path: file, followsOtherFiles: followsOtherFiles).variableStrings(
        of: self, path: path, at: site)
    }
  }

  private func cellTexts(at site: DatasetSite) throws(ActivationFileError) -> [String] {
    guard case .dataset(let path) = place else { return [] }
    return try HDF5Library.exclusively(reading: file) { () throws(ActivationFileError) in
      try HDF5File(path: file, followsOtherFiles: followsOtherFiles).cellTexts(
        of: self, path: path, at: site)
    }
  }

  private func enumerationNames(
    at site: DatasetSite
  ) throws(ActivationFileError) -> [Int64: String] {
    guard case .dataset(let path) = place else { return [:] }
    return try HDF5Library.exclusively(reading: file) { () throws(ActivationFileError) in
      try HDF5File(path: file, followsOtherFiles: followsOtherFiles).enumerationNames(
        of: self, path: path, at: site)
    }
  }
}
