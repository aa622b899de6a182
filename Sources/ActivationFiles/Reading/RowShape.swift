/// How the axes behind the first make one row: which positions are pooled, which are features.
struct RowShape: Equatable {
  let pooling: Pooling
  /// Features of a row after pooling.
  let featureCount: Int
  /// Stored values of a row.
  let storedCount: Int
  /// Positions that are pooled into one; 1 when flattened.
  let positionCount: Int
  /// The distance of neighboring features, and of neighboring positions, in stored values.
  let featureStride: Int
  let positionStride: Int

  enum Failure: Error {
    /// Rank 3, and nobody said what to do.
    case unsaid
    /// Rank 4 and more, to be pooled, and the axis of channels cannot be told.
    case unknownChannels
  }

  /// - Precondition: the rank is at least 2 and the product of extents is in range.
  /// - Parameter channels: where the features of an image are; nil where its shape must say it.
  init(shape: [Int], pooling: Pooling?, channels: Channels? = nil) throws(Failure) {
    let extents = shape.dropFirst()
    let storedCount = extents.reduce(1, *)
    guard extents.count > 1, pooling != .flatten else {
      self = RowShape(flat: storedCount)
      return
    }
    guard let pooling else {
      // (N, T, 1) and (N, 1, D) are vectors whatever the axes mean.
      guard extents.count > 2 || extents.count(where: { $0 != 1 }) <= 1 else { throw .unsaid }
      self = RowShape(flat: storedCount)
      return
    }
    let featuresFirst = try Self.featuresFirst(extents, channels)
    let featureCount = featuresFirst ? shape[1] : shape[shape.count - 1]
    self.pooling = pooling
    self.featureCount = featureCount
    self.storedCount = storedCount
    positionCount = featureCount == 0 ? 0 : storedCount / featureCount
    featureStride = featuresFirst ? positionCount : 1
    positionStride = featuresFirst ? 1 : featureCount
  }

  private init(flat count: Int) {
    pooling = .flatten
    featureCount = count
    storedCount = count
    positionCount = 1
    featureStride = 1
    positionStride = count
  }

  /// Whether the features are the first axis of a sample (channels × height × width) or its last
  /// (tokens × features, height × width × channels). Images are told apart by being square.
  private static func featuresFirst(
    _ extents: ArraySlice<Int>, _ channels: Channels?
  ) throws(Failure) -> Bool {
    if let channels { return channels == .first }
    let extents = Array(extents)
    guard extents.count > 2 else { return false }
    let isSquareBehindFirst = Set(extents.dropFirst()).count == 1
    let isSquareBeforeLast = Set(extents.dropLast()).count == 1
    guard isSquareBehindFirst != isSquareBeforeLast else { throw .unknownChannels }
    return isSquareBehindFirst
  }

  /// Makes rows of `featureCount` values of rows of `storedCount`.
  func pool<Value: BinaryFloatingPoint>(
    _ values: UnsafeBufferPointer<Value>, into pooled: UnsafeMutableBufferPointer<Value>
  ) {
    guard pooling != .flatten else {
      _ = pooled.update(fromContentsOf: values)
      return
    }
    guard featureCount > 0 else { return }
    for sample in 0..<pooled.count / featureCount {
      for feature in 0..<featureCount {
        let start = sample * storedCount + feature * featureStride
        pooled[sample * featureCount + feature] = pool { values[start + $0 * positionStride] }
      }
    }
  }

  private func pool<Value: BinaryFloatingPoint>(_ value: (Int) -> Value) -> Value {
    switch pooling {
    case .flatten, .first:
      return value(0)
    case .last:
      return value(positionCount - 1)
    case .max:
      // A NaN stays one, so that the row is reported and not passed over.
      return (1..<positionCount).reduce(value(0)) { largest, position in
        let candidate = value(position)
        return largest.isNaN || candidate <= largest ? largest : candidate
      }
    case .mean:
      let sum = (0..<positionCount).reduce(0.0) { $0 + Double(value($1)) }
      return Value(sum / Double(positionCount))
    }
  }
}
