import ActivationFiles
import Activations
import ArgumentParser
import Entanglement
import PairwiseDistances

@main
struct SNNAnalyze {
  static func main() throws {
    let c = try ActivationCollection(paths: [CommandLine.arguments[1]])
    for cp in c.checkpoints {
      let labels = try c.labels(of: cp)
      for l in cp.layers {
        let e = try SoftNearestNeighborLoss(threadCount: 2).entanglement(of: c.activations(of: l), labels: labels)
        print(cp.name, l.name, e.minimum as Any, e.chance, e.meanDistance, e.localMinima)
      }
    }
  }
}
