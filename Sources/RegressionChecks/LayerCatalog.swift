/// The names in a file or a baseline that rules choose from.
public struct LayerCatalog: Sendable, Equatable {
  public struct Checkpoint: Sendable, Equatable {
    public let name: String
    public let step: Int?
    public let layers: [String]

    public init(name: String, step: Int?, layers: [String]) {
      self.name = name
      self.step = step
      self.layers = layers
    }
  }

  /// In the order of training.
  public let checkpoints: [Checkpoint]

  public init(_ checkpoints: [Checkpoint]) {
    self.checkpoints = checkpoints
  }

  /// The same without the layers whose names are not chosen.
  public func layers(where isChosen: (String) -> Bool) -> LayerCatalog {
    LayerCatalog(
      checkpoints.map {
        Checkpoint(name: $0.name, step: $0.step, layers: $0.layers.filter(isChosen))
      })
  }
}
