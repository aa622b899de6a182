import Analysis
import Training

extension TrainingRun {
  /// What the training came to, as text.
  var summary: String {
    let held = validationAccuracy.map { ", on those held out \($0.decimals(4))" } ?? ""
    let accuracies =
      last.map {
        "epoch \($0.epoch): cross-entropy \($0.loss.decimals(4)) nats, accuracy in training "
          + "\($0.accuracy.decimals(4))\(held), on the test samples \(testAccuracy.decimals(4))\n"
      } ?? "epoch \(epoch): accuracy on the test samples \(testAccuracy.decimals(4))\(held)\n"
    guard let last else { return accuracies }
    let width = hiddenLayers.map(\.count).max() ?? 0
    let rows = zip(hiddenLayers, zip(last.entanglements, temperatures)).map {
      name, values in
      name + String(repeating: " ", count: width - name.count)
        + "  loss in a batch \(values.0.decimals(4)) nats at T = \(values.1.decimals(4))\n"
    }
    return accuracies + rows.joined()
  }
}
