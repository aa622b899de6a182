internal import Activations

/// What the labels alone say.
struct LabelStatistics: Sendable {
  let sampleCount: Int
  let anchorCount: Int
  let singletonCount: Int
  let populatedClassCount: Int
  /// l(T → ∞) = mean_i log((N−1)/(n_{y_i}−1)).
  let chance: Double

  /// Refuses labels that leave nothing to compare.
  init(comparing labels: ClassLabels) throws(EntanglementError) {
    self.init(labels)
    guard populatedClassCount > 1 else {
      throw .singleClass(name: labels.names.isEmpty ? "" : labels.names[Int(labels.indices[0])])
    }
    guard anchorCount > 0 else { throw .onlySingletons(classCount: populatedClassCount) }
  }

  init(_ labels: ClassLabels) {
    let counts = labels.counts.filter { $0 > 0 }
    sampleCount = labels.sampleCount
    singletonCount = counts.count { $0 == 1 }
    anchorCount = sampleCount - singletonCount
    populatedClassCount = counts.count
    var sum = 0.0
    for count in counts where count > 1 {
      sum += Double(count) * AnchorAlgebra.chance(classSize: count, of: sampleCount)
    }
    chance = anchorCount > 0 ? sum / Double(anchorCount) : 0
  }
}
