internal import Activations
internal import PairwiseDistances

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

/// The memory that a layer takes whose rows are on the disk.
struct StreamedFootprint {
  private let fixed: Int
  private let perTemperature: Int
  private let blockSize: Int
  private let wantedBlockCount: Int

  /// What a limit is spent on.
  struct Plan {
    let temperaturesPerPass: Int
    /// Bytes of rows in memory.
    let residentSize: Int
    /// Bytes for what a pass keeps.
    let passMemory: Int
  }

  init(
    sampleCount: Int, featureCount: Int, isDouble: Bool, threadCount: Int, curvature: Bool
  ) {
    let perSample = 400
    let perFeature = 48
    let perThread = 1 << 20
    fixed = sampleCount * perSample + featureCount * perFeature + threadCount * perThread
    perTemperature = sampleCount * 2 * (curvature ? 3 : 2) * 8
    blockSize = SpilledRows.blockSize(featureCount: featureCount, isDouble: isDouble)
    wantedBlockCount = 2 * max(threadCount, 1)
  }

  /// What two blocks and one temperature at a time take, the program included.
  var least: Int {
    let bytes = fixed + perTemperature + 2 * blockSize
    return bytes + min(Self.program, bytes / 3 + 1)
  }

  /// How a limit is spent: two blocks a thread where they fit, then all temperatures in one pass, then
  /// more blocks. nil if two blocks and a temperature are too much.
  func plan(within limit: Int) -> Plan? {
    guard least <= limit else { return nil }
    let free = limit - min(Self.program, limit / 4) - fixed
    let wanted = min(wantedBlockCount * blockSize, max(2 * blockSize, free / 2))
    let temperatures = min(
      max(1, (free - wanted) / max(perTemperature, 1)), Footprint.mostTemperatures)
    let passMemory = perTemperature * temperatures
    return Plan(
      temperaturesPerPass: temperatures, residentSize: max(free - passMemory, 2 * blockSize),
      passMemory: passMemory)
  }

  /// The program and its libraries, or a quarter of a limit that is less than them.
  private static let program = 48 << 20
}
