internal import ActivationFiles
internal import Activations
internal import Entanglement
internal import PairwiseDistances
internal import Platform

/// What a run will take of time and memory.
///
/// What the pairs of a layer, its values and its samples cost, and a value of the sample map, is measured
/// on this machine, by computing what the run would compute on layers of noise, no larger than its own;
/// only where the run is so long that one wants to know.
package struct RunForecast {
  /// nil where it is a second or less.
  package let seconds: Double?
  /// The same by layer, in the order of checkpoints and their layers, a guess where all of it is short.
  package let layerSeconds: [Double]
  /// The most memory at one time, in bytes.
  package let memory: Int
  /// The layers that are larger than memory and go over the disk.
  package let streamedCount: Int
  /// The memory that a streamed layer takes at least.
  private let least: Int
  /// The disk that the largest of them takes, in bytes.
  package let disk: Int
  private let limit: Int

  package init(_ plan: AnalysisPlan) {
    let loss = plan.loss()
    let sampleLimit = plan.options.sampleCount ?? .max
    let jobs = plan.jobs.filter { plan.layer(of: $0).problem == nil }
    let layers = jobs.map(plan.layer)
    let threads = loss.machine.threadCount
    var disk = 0
    var streamedCount = 0
    var least = 0
    let needs = layers.map { layer -> (memory: Int, isSmall: Bool) in
      let count = min(layer.sampleCount, sampleLimit)
      let features = layer.featureCount
      guard
        !loss.fitsInMemory(
          sampleCount: count, featureCount: features, isDouble: layer.isDouble)
      else {
        let isGathered = layer.memorySize >= loss.machine.memoryLimit / 2
        let values =
          isGathered ? count * features * (layer.isDouble ? 8 : 4) : layer.memorySize
        let memory = values + loss.workingMemory(sampleCount: count, featureCount: features)
        return (memory, LayerSchedule.isSmall(layer, memory: memory, on: loss.machine))
      }
      let streamed = loss.streamedSize(
        sampleCount: count, featureCount: features, isDouble: layer.isDouble)
      streamedCount += 1
      disk = max(disk, streamed.disk)
      least = max(least, streamed.memory)
      return (streamed.memory - Self.program, false)
    }.sorted { $0.memory > $1.memory }
    self.disk = disk
    self.streamedCount = streamedCount
    self.least = least
    limit = loss.machine.memoryLimit
    // Layers that are small go side by side, as many as there are threads.
    let together = needs.filter(\.isSmall).prefix(threads).reduce(0) { $0 + $1.memory }
    memory = Self.program + max(needs.first?.memory ?? 0, together)

    layerSeconds = Self.layerSeconds(plan, loss: loss, sampleLimit: sampleLimit)
    let sum = layerSeconds.reduce(0, +)
    seconds = sum > 1 ? sum : nil
  }

  /// What is said of each layer: of computing and reading it; 0 where it cannot be read.
  private static func layerSeconds(
    _ plan: AnalysisPlan, loss: SoftNearestNeighborLoss, sampleLimit: Int
  ) -> [Double] {
    let threads = Double(loss.machine.threadCount)
    let jobs = plan.jobs
    let shapes = jobs.map { job in
      let layer = plan.layer(of: job)
      return layer.problem == nil
        ? (Double(min(layer.sampleCount, sampleLimit)), Double(layer.featureCount)) : (0, 0)
    }
    // A slow machine's figures: 10 G multiply-adds a second and thread.
    let anchors = plan.options.settings.anchors
    func pairShare(_ count: Double) -> Double {
      anchors?.pairShare(sampleCount: Int(count)) ?? 1
    }
    let guesses = shapes.map { count, features in
      pairShare(count) * count * count * (features + 2000) / (1e10 * threads)
    }
    guard guesses.reduce(0, +) > 0.5 else { return guesses }
    var measured = loss.settings
    measured.anchors = nil
    let cost = measuredCost(
      SoftNearestNeighborLoss(measured, machine: loss.machine),
      sampleCount: Int(shapes.map(\.0).max() ?? 0))
    let pictured = jobs.map { job in
      plan.isPictured(job) ? projectedValues(plan.layer(of: job), sampleLimit: sampleLimit) : 0
    }
    let projection = pictured.contains { $0 > 0 } ? secondsOfProjectedValue() : 0
    return jobs.indices.map { index in
      let layer = plan.layer(of: jobs[index])
      guard layer.problem == nil else { return 0 }
      let (count, features) = shapes[index]
      let speed = layer.storageDescription.hasPrefix("contiguous") ? 1e9 : 1e8 * threads
      return cost.seconds(count: count, features: features, pairShare: pairShare(count))
        + projection * pictured[index] + Double(layer.byteSize) / speed
    }
  }

  /// One line for people.
  package var text: String {
    let size = Self.size(memory)
    guard let seconds else {
      return "A run takes about a second or less, and up to \(size)." + streaming
    }
    let time: String
    switch seconds {
    case ..<9.95: time = "\((seconds * 10).rounded() / 10) s"
    case ..<100: time = "\(Int(seconds.rounded())) s"
    case ..<6000: time = "\(Int((seconds / 60).rounded())) min"
    default: time = "\(Int((seconds / 3600).rounded())) h"
    }
    return "A run with these options takes about \(time) and up to \(size) on this machine."
      + streaming
  }

  /// A line on layers that are larger than memory.
  private var streaming: String {
    guard streamedCount > 0 else { return "" }
    let layers = streamedCount == 1 ? "1 layer is" : "\(streamedCount) layers are"
    guard least <= limit else {
      return "\n\(layers) larger than memory, and a few blocks of samples still need "
        + "\(Self.size(least)): raise --memory."
    }
    return "\n\(layers) larger than --memory (\(Self.size(limit))) and streamed, one at a time: "
      + "rows are put aside on the disk, up to \(Self.size(disk)), in the output's folder or --scratch."
  }

  private static func size(_ bytes: Int) -> String {
    let gibibytes = (Double(bytes) / 1_073_741_824 * 10).rounded() / 10
    return bytes >= 1 << 30 ? "\(gibibytes) GiB" : "\(bytes >> 20) MiB"
  }

  /// Seconds of a layer of N samples and D features: N²·(feature·D + pair) + N·(value·D + sample).
  private struct Cost {
    var feature = 0.0
    var value = 0.0
    /// At 32 features and fewer, and at 256 and more: with few features more neighbors are within reach
    /// at cold temperatures.
    var pair = (few: 0.0, many: 0.0)
    var sample = 0.0

    func seconds(count: Double, features: Double, pairShare: Double) -> Double {
      let share = min(max(log(features / 32) / log(256 / 32), 0), 1)
      let pairs = pair.few + share * (pair.many - pair.few)
      return pairShare * count * count * (feature * features + pairs)
        + count * (value * features + sample)
    }
  }

  /// From runs of two numbers of samples and three of features.
  /// - Parameter sampleCount: Of the run's largest layer. What is measured near it tells most of it, and
  ///   takes little where the run does.
  private static func measuredCost(_ loss: SoftNearestNeighborLoss, sampleCount: Int) -> Cost {
    // The first run starts threads and loads pages.
    _ = seconds(loss, count: 1024, features: 32)
    let large = sampleCount > 2048 ? 4096.0 : sampleCount > 1024 ? 2048 : 1024
    let small = large / 4
    func times(_ features: Int) -> (small: Double, large: Double) {
      (
        seconds(loss, count: Int(small), features: features),
        seconds(loss, count: Int(large), features: features)
      )
    }
    /// What of two times grows with N², and what with N.
    func split(_ ofSmall: Double, _ ofLarge: Double) -> (square: Double, linear: Double) {
      let square = max(ofLarge / large - ofSmall / small, 0) / (large - small)
      return (square, max(ofSmall / small - small * square, 0))
    }
    let (few, many, wide) = (times(32), times(256), times(1024))
    let features = split(
      max(wide.small - many.small, 0) / 768, max(wide.large - many.large, 0) / 768)
    var cost = Cost(feature: features.square, value: features.linear)
    func rest(_ time: (small: Double, large: Double), _ count: Double) -> (Double, Double) {
      split(
        max(time.small - count * small * (cost.feature * small + cost.value), 0),
        max(time.large - count * large * (cost.feature * large + cost.value), 0))
    }
    let (restOfFew, restOfMany) = (rest(few, 32), rest(many, 256))
    cost.pair = (restOfFew.0, restOfMany.0)
    cost.sample = restOfMany.1
    return cost
  }

  /// The values that a layer's sample map is made of.
  private static func projectedValues(_ layer: LayerEntry, sampleLimit: Int) -> Double {
    guard layer.problem == nil else { return 0 }
    return Double(
      SampleProjection.drawnCount(
        sampleCount: min(layer.sampleCount, sampleLimit), featureCount: layer.featureCount))
      * Double(layer.featureCount)
  }

  /// Measured on noise.
  private static func secondsOfProjectedValue() -> Double {
    let (matrix, labels) = noise(count: 128, features: 2048)
    let measured = fastest {
      _ = SampleProjection(of: matrix, labels: labels, distance: .squaredEuclidean)
    }
    return measured / Double(128 * 2048)
  }

  /// The faster of two runs on noise.
  private static func seconds(
    _ loss: SoftNearestNeighborLoss, count: Int, features: Int
  ) -> Double {
    let (matrix, labels) = noise(count: count, features: features)
    return fastest { _ = try? loss.entanglement(of: matrix, labels: labels) }
  }

  /// Noise in ten classes.
  private static func noise(count: Int, features: Int) -> (ActivationMatrix, ClassLabels) {
    var generator = SplitMix64(seed: 1)
    let values = (0..<count * features).map { _ in Float.random(in: -1...1, using: &generator) }
    return (
      ActivationMatrix(sampleCount: count, featureCount: features, values: values),
      ClassLabels((0..<count).map { Int64($0 % 10) })
    )
  }

  /// The seconds of the faster of two times.
  private static func fastest(_ body: () -> Void) -> Double {
    (0..<2).map { _ in
      let start = ContinuousClock.now
      body()
      return (ContinuousClock.now - start) / .seconds(1)
    }.min() ?? 0
  }

  /// The program itself, its libraries and what a report takes.
  private static let program = 40 << 20
}
