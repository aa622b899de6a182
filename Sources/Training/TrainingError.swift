/// Why a network cannot be trained. Where the data came from is added by whoever knows.
public enum TrainingError: Error, Sendable, Equatable {
  case noSamples(String)
  case labelCount(String, labels: Int, samples: Int)
  case shapesDiffer(train: [Int], test: [Int], part: String = "test")
  case nonFinite(String, row: Int)
  case unknownClass(name: String)
  case singleClass(name: String)
  case notImages(shape: [Int])
  case diverged(epoch: Int, layer: String)
  case otherState
  case cancelled
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSamples(let part):
      "There are no samples in \(part)."
    case .labelCount(let part, let labels, let samples):
      "\(part) has \(labels) labels for \(samples) inputs. Export both from the same rows."
    case .shapesDiffer(let train, let test, let part):
      "The training inputs are \(Self.extents(train)) a sample and the \(part) inputs "
        + "\(Self.extents(test)). Both must go into the same network."
    case .nonFinite(let part, let row):
      "NaN or infinity in row \(row) (counted from 0) of \(part). Mend or drop the row."
    case .unknownClass(let name):
      "The test labels have the class \(name), which no training sample has."
    case .singleClass(let name):
      "All training labels are of one class (\(name)); there is nothing to tell apart."
    case .notImages(let shape):
      "A convolutional network needs images of at least 4 × 4 pixels, and the inputs are "
        + "\(Self.extents(shape)) a sample. Store them as samples × height × width (× channels), or "
        + "use --network mlp."
    case .diverged(let epoch, let layer):
      "The training diverged in epoch \(epoch): \(layer) has left the finite numbers. "
        + "Use a smaller --learning-rate or an --alpha nearer 0."
    case .otherState:
      "The interrupted run had other data or options. Give the same, or --overwrite to begin anew."
    case .cancelled:
      "The training was interrupted."
    }
  }

  private static func extents(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: " × ")
  }
}
