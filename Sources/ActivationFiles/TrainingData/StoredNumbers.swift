/// A dataset of plain numbers that is read whole.
struct StoredNumbers {
  private let dataset: DatasetDescription
  private let array: StoredArray
  private let site: DatasetSite

  /// Bytes that are read at a time.
  private static let bytesOfBand = 1 << 22

  /// Throws where the file shows, before anything is read, that this cannot be.
  init(
    _ dataset: DatasetDescription, in file: String, memoryLimit: Int
  ) throws(ActivationFileError) {
    self.dataset = dataset
    array = dataset.array(in: file)
    site = DatasetSite(file: file, path: dataset.path, layer: nil, isTrainingData: true)
    if let obstacle = dataset.obstacle { throw .unreadable(site, because: obstacle) }
    guard dataset.shape != nil else { throw .withoutDataspace(site) }
    guard let size = array.extents.byteSize(of: max(array.elementSize, 8)), size <= memoryLimit
    else { throw .isTooLargeToTrainOn(site, array.extents) }
    guard !array.extents.contains(0) else { return }
    try dataset.storage.requireOwnValues(of: array, at: site, memoryLimit: memoryLimit)
  }

  var path: String { dataset.path }
  /// The extents as stored.
  var shape: [Int] { array.extents }
  var isInteger: Bool { dataset.type.isInteger && array.member == nil }
  var isNumeric: Bool { dataset.type.isNumeric && dataset.type.size <= 16 && array.member == nil }

  /// - Precondition: `isNumeric`, and there is an axis of samples.
  func floats() throws(ActivationFileError) -> [Float] {
    let width = shape.dropFirst().reduce(1, *)
    guard shape[0] > 0, width > 0 else { return [] }
    let source = try array.open(for: site, sampleAxis: 0, threadCount: 1)
    defer { source.close() }
    let rowsOfChunk = max(1, array.chunk?.first ?? 1)
    let band =
      max(1, Self.bytesOfBand / (width * array.elementSize) / rowsOfChunk) * rowsOfChunk
    var values: [Float] = []
    values.reserveCapacity(shape[0] * width)
    for start in stride(from: 0, to: shape[0], by: band) {
      var block = ArrayBlock(start: shape.map { _ in 0 }, extents: shape)
      block.start[0] = start
      block.extents[0] = min(band, shape[0] - start)
      let bytes = try source.numbers(of: block, in: array)
      defer { bytes.deallocate() }
      values += try decode(bytes, count: block.count, of: source)
    }
    return values
  }

  private func decode(
    _ bytes: UnsafeMutableRawBufferPointer, count: Int, of source: any BlockSource
  ) throws(ActivationFileError) -> [Float] {
    guard !array.type.needsLibrary else {
      try source.convertToDoubles(bytes, count: count)
      var doubles = (0..<count).map { bytes.load(fromByteOffset: 8 * $0, as: Double.self) }
      try takeMeaning(of: &doubles)
      return doubles.map { Float($0) }
    }
    let stored = UnsafeRawBufferPointer(rebasing: bytes[..<(count * array.type.size)])
    let decoder = ElementDecoder(type: array.type)
    func decoded<Number: DecodedNumber>(_: Number.Type) -> [Number] {
      [Number](unsafeUninitializedCapacity: count) { numbers, filled in
        Number.decode(
          stored, by: decoder, into: UnsafeMutableBufferPointer(rebasing: numbers[..<count]))
        filled = count
      }
    }
    if !decoder.isWide, array.memorySize == 4 {
      var floats = decoded(Float.self)
      try takeMeaning(of: &floats)
      return floats
    }
    var doubles = decoded(Double.self)
    try takeMeaning(of: &doubles)
    return doubles.map { Float($0) }
  }

  private func takeMeaning<Number: DecodedNumber>(
    of numbers: inout [Number]
  ) throws(ActivationFileError) {
    guard let meaning = array.meaning else { return }
    let missing = numbers.withUnsafeMutableBufferPointer { meaning.apply(to: $0) }
    if let missing { throw .valuesAreMissing(site, rows: [], because: missing) }
  }

  /// - Precondition: `isInteger`.
  func integers() throws(ActivationFileError) -> [Int64] {
    guard !shape.contains(0) else { return [] }
    let values = try LabelValues(
      array.labels(at: site, view: nil, rowLimit: nil, width: 1), width: 1, at: site)
    guard case .integers(let integers) = values else {
      throw .labelsOfUnknownForm(site, shape: shape, type: array.type.name)
    }
    return integers
  }
}
