internal import Activations
internal import ElementaryFunctions

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
    let others = Double(sampleCount - 1)
    var sum = 0.0
    for count in counts where count > 1 {
      // log1p of (other-class)/(same-class): exact where a class holds nearly all samples.
      sum +=
        Double(count)
        * Elementary.log1p((others - Double(count - 1)) / Double(count - 1))
    }
    chance = anchorCount > 0 ? sum / Double(anchorCount) : 0
  }
}
