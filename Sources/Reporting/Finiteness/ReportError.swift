internal import Entanglement

/// A number that must not enter a report.
public struct ReportError: Error, Sendable, Equatable, CustomStringConvertible {
  package let checkpoint: String
  package let layer: String
  /// Where in the layer's record the number is: `curve[3].loss`.
  package let quantity: String

  package init(checkpoint: String, layer: String, quantity: String) {
    self.checkpoint = checkpoint
    self.layer = layer
    self.quantity = quantity
  }

  /// What, where, and how to mend it.
  public var description: String {
    "Checkpoint \(checkpoint), layer \(layer): \(quantity) is not a finite number, so no report is "
      + "written. Leave out extreme temperatures with --relative-temperatures, or the layer with "
      + "--except \(layer)."
  }
}

extension EntanglementHistory {
  /// Throws the first number that is NaN or infinite.
  func requireFinite() throws(ReportError) {
    for profile in profiles {
      for layer in profile.layers {
        let found =
          FiniteWalk.firstNonFinite(in: layer.entanglement)
          ?? layer.projection.flatMap(FiniteWalk.firstNonFinite).map { "projection.\($0)" }
        guard let found else { continue }
        throw ReportError(checkpoint: profile.checkpoint, layer: layer.name, quantity: found)
      }
    }
  }
}
