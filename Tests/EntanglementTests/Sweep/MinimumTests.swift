import Activations
import Entanglement
import Foundation
import TestSupport
import Testing

/// The search over all temperatures.
@Suite struct MinimumTests {
  private static func layer(
    _ matrix: ActivationMatrix, _ labels: ClassLabels
  ) throws -> LayerEntanglement {
    try SoftNearestNeighborLoss().entanglement(of: matrix, labels: labels)
  }

  @Test("The minimum is that of a grid twenty times as fine", arguments: 0..<50)
  func fineGrid(seed: UInt64) throws {
    var random = RandomActivations(seed: seed)
    let labels = random.labels(60, classes: 3)
    let matrix = random.matrix(
      labels, features: 1 + Int(seed % 7), separation: 0.3 + 0.3 * Double(seed % 4))
    let layer = try Self.layer(matrix, labels)
    let distances = NaiveLoss.squaredDistances(matrix)
    let fine = (0..<960).map { step in
      NaiveLoss(
        distances, classes: labels.indices,
        temperature: layer.meanDistance * pow(10, -3 + Double(step) / 160))
    }
    let minimum = try #require(layer.minimum)
    let best = try #require(fine.map(\.loss).min())
    // A grid point is off the minimum by at most half a step of 0.0144 in ln T.
    #expect(minimum.loss <= best * (1 + 1e-6))
    if minimum.position == .interior {
      #expect(isClose(minimum.loss, best, relative: 1e-4, absolute: 1e-7))
    }
    let interior = (1..<959).filter {
      fine[$0].loss < fine[$0 - 1].loss && fine[$0].loss < fine[$0 + 1].loss
    }
    #expect(layer.localMinima.count >= interior.count)
    for local in layer.localMinima {
      let naive = NaiveLoss(distances, classes: labels.indices, temperature: local.temperature)
      #expect(abs(local.loss - naive.loss) < 1e-6 * max(naive.loss, 1e-3))
      #expect(abs(naive.slope) < 1e-4 * max(naive.loss, 1e-3))
    }
  }

  @Test("Well separated classes have their infimum as T → 0")
  func zero() throws {
    var random = RandomActivations(seed: 2)
    let labels = random.labels(60, classes: 3)
    let layer = try Self.layer(random.matrix(labels, features: 6, separation: 30), labels)
    let minimum = try #require(layer.minimum)
    #expect(minimum.position == .zero)
    #expect(minimum.loss == 0)
    #expect(minimum.temperature == nil)
  }

  @Test("Pairs of opposite classes have their infimum as T → ∞")
  func infinity() throws {
    // Every sample's nearest neighbor is of the other class, and there is no structure beyond.
    var random = RandomActivations(seed: 3)
    let places = (0..<40).map { _ in random.normal() }
    let values = places.flatMap { [Float($0), Float($0 + 1e-4)] }
    let labels = ClassLabels((0..<80).map { Int64($0 % 2) })
    let layer = try Self.layer(
      ActivationMatrix(sampleCount: 80, featureCount: 1, values: values), labels)
    let minimum = try #require(layer.minimum)
    if minimum.position == .infinity { #expect(minimum.loss == layer.chance) }
    #expect(minimum.loss <= layer.chance)
    #expect(minimum.position != .zero)
  }

  @Test("A minimum twelve decades below the mean distance is found behind its plateau")
  func deep() throws {
    // Pairs of one class 1e-6 apart, within places that hold every class, far from each other.
    var values: [Double] = []
    var classes: [Int64] = []
    for place in 0..<12 {
      for pair in 0..<3 {
        let center = Double(place) * 10 + Double(pair) * 3e-6
        values += [center, center + 1e-6]
        classes += [Int64(pair), Int64(pair)]
      }
    }
    let labels = ClassLabels(classes)
    let layer = try Self.layer(
      ActivationMatrix(sampleCount: values.count, featureCount: 1, values: values), labels)
    let minimum = try #require(layer.minimum)
    #expect(minimum.position == .zero)
    #expect(minimum.loss == 0)
  }

  @Test("Two minima of clusters of clusters are both listed")
  func two() throws {
    // At the small scale neighbors share the class with some noise; at the middle scale places mix
    // the classes; at the large scale one half of the places leans to one class.
    var random = RandomActivations(seed: 5)
    var values: [Double] = []
    var classes: [Int64] = []
    for place in 0..<30 {
      let isLeft = place < 15
      for group in 0..<2 {
        for member in 0..<4 {
          let isSwapped = (place + member) % 7 == 0
          let center = (isLeft ? 0.0 : 3e3) + Double(place % 15) * 30 + Double(group) * 1
          values.append(center + 0.05 * random.normal())
          let own = group == 0 ? 0 : 1
          classes.append(Int64((isSwapped ? 1 - own : own) + (isLeft ? 0 : 2)))
        }
      }
    }
    let labels = ClassLabels(classes)
    let matrix = ActivationMatrix(sampleCount: values.count, featureCount: 1, values: values)
    let layer = try Self.layer(matrix, labels)
    #expect(layer.localMinima.count >= 2)
    let distances = NaiveLoss.squaredDistances(matrix)
    for local in layer.localMinima {
      let naive = NaiveLoss(distances, classes: labels.indices, temperature: local.temperature)
      #expect(abs(local.loss - naive.loss) < 1e-6 * max(naive.loss, 1e-3))
    }
  }

  @Test("Without the search the best of the curve stands in and says so")
  func unrefined() throws {
    var random = RandomActivations(seed: 6)
    let labels = random.labels(60, classes: 3)
    let matrix = random.matrix(labels, features: 4)
    let layer = try SoftNearestNeighborLoss(LossSettings(quantities: [.curve]))
      .entanglement(of: matrix, labels: labels)
    #expect(layer.minimum?.refined == false)
    #expect(layer.minimum?.loss == layer.curve.map(\.loss).min())
    #expect(layer.localMinima.isEmpty)
    #expect(try Self.layer(matrix, labels).minimum?.refined == true)
  }

  @Test(
    "The least loss and the matched one are the loss at their own temperatures, far outliers or not",
    arguments: [LossSettings.Precision.single, .double],
    [[LossSettings.Quantity.curve, .minimum], Array(LossSettings.standardQuantities)])
  func ownTemperature(
    precision: LossSettings.Precision, quantities: [LossSettings.Quantity]
  ) throws {
    var random = RandomActivations(seed: 7)
    let labels = random.labels(150, classes: 4)
    for (scale, outlier) in [(1.0, nil), (1e-12, nil), (1, 1e4), (1, 1e18)] as [(Double, Double?)] {
      var values = random.values(labels, features: 7, separation: 1.5, scale: scale)
      for column in 0..<7 { values[7 * 7 + column] = outlier ?? values[7 * 7 + column] }
      let matrix = ActivationMatrix(sampleCount: 150, featureCount: 7, values: values)
      func layer(_ settings: LossSettings) throws -> LayerEntanglement {
        try SoftNearestNeighborLoss(settings).entanglement(of: matrix, labels: labels)
      }
      let found = try layer(LossSettings(precision: precision, quantities: Set(quantities)))
      let minimum = try #require(found.minimum)
      // Where a far sample's nearest neighbor is of another class, its loss makes the infimum chance.
      #expect(minimum.temperature != nil || outlier != nil)
      var places = minimum.temperature.map { [($0, minimum.loss)] } ?? []
      if let matched = found.matched { places.append((matched.temperature, matched.loss)) }
      guard !places.isEmpty else { continue }
      let curve = try layer(
        LossSettings(
          precision: precision, sweep: TemperatureSweep(places.map(\.0), scale: .absolute),
          quantities: [.curve])
      ).curve
      // Float32 sums of a tile, averaged over anchors; in double the same numbers.
      let tolerance = precision == .single ? 1e-7 : 1e-14
      for (temperature, loss) in places {
        let point = try #require(curve.first { $0.temperature == temperature })
        #expect(isClose(loss, point.loss, relative: tolerance), "outlier \(outlier ?? 0)")
      }
      #expect(
        minimum.temperature == nil || found.localMinima.contains { $0.loss == minimum.loss })
    }
  }
}
