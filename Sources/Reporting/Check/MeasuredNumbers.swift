package import Entanglement
package import RegressionChecks

extension RunMeasurements.Layer {
  /// In a fixed order: by kind, then by where it is measured.
  package var sortedOutcomes: [(measure: Measure, outcome: LayerMeasurements.Outcome)] {
    let kinds = Measure.Kind.allCases
    func rank(_ measure: Measure) -> Int { kinds.firstIndex(of: measure.kind) ?? kinds.count }
    return (measurements?.outcomes ?? [:]).map { ($0.key, $0.value) }.sorted {
      rank($0.0) != rank($1.0) ? rank($0.0) < rank($1.0) : $0.0.text < $1.0.text
    }
  }
}

extension RunMeasurements {
  /// Throws the first number that is NaN or infinite.
  package func requireFinite() throws(ReportError) {
    for checkpoint in checkpoints {
      for layer in checkpoint.layers {
        for (measure, outcome) in layer.sortedOutcomes {
          guard case .measured(let value) = outcome,
            let found = FiniteWalk.firstNonFinite(in: value)
          else { continue }
          throw ReportError(
            checkpoint: checkpoint.name, layer: layer.name,
            quantity: measure.text + (found == "value" ? "" : ", \(found),"))
        }
      }
    }
  }
}
