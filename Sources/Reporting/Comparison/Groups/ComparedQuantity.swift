internal import Entanglement

/// A number that runs are compared by.
package enum ComparedQuantity: Hashable, Sendable {
  /// The loss at the matched perplexity, in nats.
  case perplexity
  /// The least loss over all temperatures, in nats.
  case minimum
  /// T*, where the loss is least, in the units of the distance.
  case temperature
  /// The loss at a temperature of the curve, in nats.
  case loss(temperature: Double, isRelative: Bool)
  /// The loss of the samples of one class, at the matched perplexity or else the minimum, in nats.
  case classLoss(String)
  /// The share of samples that the network's predictions have right; of a checkpoint, not a layer.
  case accuracy
  /// A number that was measured elsewhere, by its name in a table.
  case listed(String)

  /// What results call it.
  var name: String {
    switch self {
    case .perplexity: "perplexity"
    case .minimum: "minimum"
    case .temperature: "temperature"
    case .loss(let temperature, let isRelative):
      "loss@\(temperature)" + (isRelative ? "×mean-distance" : "")
    case .classLoss(let name): "class:\(name)"
    case .accuracy: "accuracy"
    case .listed(let name): name
    }
  }

  /// What a reader calls it.
  var title: String {
    switch self {
    case .perplexity: "Loss at the matched perplexity (nats)"
    case .minimum: "Loss at its minimum over the temperature (nats)"
    case .temperature: "Temperature of the minimum"
    case .loss(let temperature, let isRelative):
      "Loss at T = \(temperature)" + (isRelative ? " mean distances" : "") + " (nats)"
    case .classLoss(let name): "Loss of class \(name) (nats)"
    case .accuracy: "Accuracy of the predictions"
    case .listed(let name): name
    }
  }

  /// Whether it is a loss of the whole layer, which figures show.
  var isDrawn: Bool { self == .perplexity || self == .minimum }

  /// Whether tables for a reader have it: not single classes and temperatures, which the files have.
  var isTabled: Bool {
    switch self {
    case .perplexity, .minimum, .temperature, .accuracy, .listed: true
    case .loss, .classLoss: false
    }
  }

  /// The number of each quantity that a layer has, with the influences of its samples where known.
  static func all(
    of layer: LayerEntanglement, temperatures: [Double], areRelative: Bool
  ) -> [(quantity: ComparedQuantity, value: Double, influences: [Double]?)] {
    var found: [(quantity: ComparedQuantity, value: Double, influences: [Double]?)] = []
    // Rows that were left out would have to be left out of every run.
    let influences = layer.skippedRows.isEmpty ? layer.influences : nil
    if let matched = layer.matched {
      found.append((.perplexity, matched.loss, influences?.matched))
    }
    if let minimum = layer.minimum {
      found.append((.minimum, minimum.loss, influences?.minimum))
      if let temperature = minimum.temperature { found.append((.temperature, temperature, nil)) }
    }
    for temperature in temperatures {
      let point = layer.curve.first {
        // A relative one goes through the mean distance and back.
        abs((areRelative ? $0.relativeTemperature : $0.temperature) - temperature)
          <= 1e-9 * temperature
      }
      if let point {
        found.append((.loss(temperature: temperature, isRelative: areRelative), point.loss, nil))
      }
    }
    for loss in layer.structure?.losses ?? [] {
      found.append((.classLoss(loss.name), loss.loss, nil))
    }
    return found
  }
}
