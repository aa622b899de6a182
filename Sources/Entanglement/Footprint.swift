internal import Activations

/// The memory that a layer takes while its loss is computed.
struct Footprint {
  /// Whatever the number of temperatures: values as read, packed rows, per-row state, tiles.
  private let fixed: Int
  private let perTemperature: Int

  init(
    sampleCount: Int, featureCount: Int, valueBytes: Int, threadCount: Int, curvature: Bool
  ) {
    let paddedCount = (sampleCount + 31) / 32 * 32
    let perSample = 320
    let perFeature = 24
    let perThread = 1 << 19
    fixed =
      valueBytes + paddedCount * featureCount * 4 + sampleCount * perSample
      + featureCount * perFeature + threadCount * perThread
    perTemperature = sampleCount * 2 * (curvature ? 3 : 2) * 8
  }

  init(_ matrix: ActivationMatrix, threadCount: Int, curvature: Bool) {
    let valueBytes =
      switch matrix.values {
      case .float32(let values): values.count * 4
      case .float64(let values): values.count * 8
      }
    self.init(
      sampleCount: matrix.sampleCount, featureCount: matrix.featureCount, valueBytes: valueBytes,
      threadCount: threadCount, curvature: curvature)
  }

  /// What one temperature at a time takes.
  var least: Int { bytes(temperatures: 1) }

  func bytes(temperatures: Int) -> Int { fixed + perTemperature * temperatures }

  /// How many temperatures one pass may serve; nil if not even one.
  func temperaturesPerPass(within limit: Int) -> Int? {
    guard least <= limit else { return nil }
    return min((limit - fixed) / max(perTemperature, 1), Self.mostTemperatures)
  }

  static let mostTemperatures = 96
}
