internal import Activations

/// Random batches, as a training sees a layer.
public struct MiniBatches: Sendable, Equatable {
  /// The samples of a batch.
  package let size: Int
  package let count: Int
  package let seed: UInt64

  /// - Precondition: batches of two samples or more, one or more of them.
  public init(size: Int, count: Int, seed: UInt64 = 0) {
    precondition(size > 1 && count > 0, "\(count) batches of \(size) samples")
    self.size = size
    self.count = count
    self.seed = seed
  }

  /// The rows of one batch among so many, ascending, none twice.
  package func rows(batch: Int, of sampleCount: Int) -> [Int] {
    var generator = SplitMix64(seed: seed, size, batch)
    var rows = Array(0..<sampleCount)
    let drawn = min(size, sampleCount)
    // Fisher–Yates over the first places.
    for place in 0..<drawn {
      rows.swapAt(place, Int.random(in: place..<sampleCount, using: &generator))
    }
    return rows[..<drawn].sorted()
  }
}

/// The mean of a loss over batches.
public struct BatchMean: Sendable, Equatable, Codable {
  /// In nats.
  public let loss: Double
  /// Of the mean over so many batches; nil of a single one.
  public let standardError: Double?

  package init(loss: Double, standardError: Double?) {
    self.loss = loss
    self.standardError = standardError
  }

  /// nil of no batch.
  init?(_ losses: [Double]) {
    guard let mean = losses.mean else { return nil }
    loss = mean
    standardError = losses.standardDeviation.map { $0 / Double(losses.count).squareRoot() }
  }
}

/// The loss of batches at one temperature of the layer's curve.
public struct BatchPoint: Sendable, Equatable, Codable {
  /// T, the same in every batch.
  public let temperature: Double
  /// T as a share of the mean distance of the whole layer.
  package let relativeTemperature: Double
  /// Of the loss over the batches.
  public let mean: BatchMean

  package init(temperature: Double, relativeTemperature: Double, mean: BatchMean) {
    self.temperature = temperature
    self.relativeTemperature = relativeTemperature
    self.mean = mean
  }
}

/// The paper's estimate: the loss within batches, on average.
///
/// A sample has fewer neighbors of its class in a batch, and farther ones, so that at cold T the loss
/// of a batch lies above that of the layer, and so does its minimum; at T of the mean distance and
/// above, where all neighbors count alike, both are near chance.
public struct MiniBatchEstimate: Sendable, Equatable, Codable {
  /// The samples of a batch.
  package let size: Int
  /// The batches that the means are over.
  public let count: Int
  /// Batches without two samples of one class, which have no loss.
  package let leftOutCount: Int
  package let seed: UInt64
  /// At the temperatures of the layer's curve.
  public let curve: [BatchPoint]
  /// Of the batches' minima over T, each at a temperature of its own; nil where the layer's was not
  /// asked for.
  public let minimum: BatchMean?

  package init(
    size: Int, count: Int, leftOutCount: Int, seed: UInt64, curve: [BatchPoint],
    minimum: BatchMean?
  ) {
    self.size = size
    self.count = count
    self.leftOutCount = leftOutCount
    self.seed = seed
    self.curve = curve
    self.minimum = minimum
  }
}

/// Draws batches and averages over them.
struct MiniBatchStudy {
  private(set) var estimate: MiniBatchEstimate?
  private(set) var notices: [String] = []

  init(
    _ batches: MiniBatches, of parts: LayerParts, whole: LayerEntanglement
  ) throws(EntanglementError) {
    guard batches.size <= parts.sampleCount else {
      notices = [
        "No loss of batches of \(batches.size): there are \(parts.sampleCount) samples. Choose a "
          + "smaller --batch-size."
      ]
      return
    }
    var settings = parts.settingsOfParts
    settings.quantities.remove(.perplexity)
    settings.sweep = try TemperatureSweep(whole.curve.map(\.temperature), scale: .absolute)
    var found: [LayerEntanglement] = []
    for batch in 0..<batches.count {
      let rows = batches.rows(batch: batch, of: parts.sampleCount)
      if let drawn = try parts.entanglement(of: rows, with: settings) { found.append(drawn) }
    }
    guard !found.isEmpty else {
      notices = [
        "No loss of batches of \(batches.size): none of \(batches.count) has two samples of one "
          + "class. Choose a larger --batch-size."
      ]
      return
    }
    var losses: [Double: [Double]] = [:]
    for point in found.flatMap(\.curve) {
      losses[point.temperature, default: []].append(point.loss)
    }
    estimate = MiniBatchEstimate(
      size: batches.size, count: found.count, leftOutCount: batches.count - found.count,
      seed: batches.seed,
      curve: whole.curve.compactMap { point in
        BatchMean(losses[point.temperature] ?? []).map {
          BatchPoint(
            temperature: point.temperature, relativeTemperature: point.relativeTemperature,
            mean: $0)
        }
      },
      minimum: BatchMean(found.compactMap { $0.minimum?.loss }))
  }
}
