/// The names in a file or a baseline that rules choose from.
package struct LayerCatalog: Sendable, Equatable {
  package struct Checkpoint: Sendable, Equatable {
    package let name: String
    package let step: Int?
    package let layers: [String]

    package init(name: String, step: Int?, layers: [String]) {
      self.name = name
      self.step = step
      self.layers = layers
    }
  }

  /// In the order of training.
  package let checkpoints: [Checkpoint]

  package init(_ checkpoints: [Checkpoint]) {
    self.checkpoints = checkpoints
  }

  /// The same without the layers whose names are not chosen.
  package func layers(where isChosen: (String) -> Bool) -> LayerCatalog {
    LayerCatalog(
      checkpoints.map {
        Checkpoint(name: $0.name, step: $0.step, layers: $0.layers.filter(isChosen))
      })
  }
}
