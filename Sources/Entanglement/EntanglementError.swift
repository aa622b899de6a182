/// Why the loss of a layer cannot be computed. The wording says what and how to mend; where it
/// happened (file, checkpoint, layer) is added by whoever knows.
public enum EntanglementError: Error, Sendable, Equatable {
  case temperatureNotPositive(Double)
  case noTemperature
  case labelCount(labels: Int, samples: Int)
  case noSamples
  case noFeatures
  case nonFinite(rows: [Int])
  case singleClass(name: String)
  case onlySingletons(classCount: Int)
  case zeroRows([Int])
  case beyondRange
  case memory(needed: Int, limit: Int)
  /// A part of a layer that is larger than memory could not be put aside.
  case spilled(reason: String)
  case cancelled
}

extension EntanglementError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .temperatureNotPositive(let value):
      "A temperature must be a positive, finite number, not \(value)."
    case .noTemperature:
      "There is no temperature to compute at; give at least one."
    case .labelCount(let labels, let samples):
      "There are \(labels) labels for \(samples) samples. Export both from the same batch."
    case .noSamples:
      "There are no samples: the layer has 0 rows."
    case .noFeatures:
      "The layer has 0 features."
    case .nonFinite(let rows):
      "NaN or infinity in \(Self.list(rows)). "
        + "Mend the rows or leave the layer out with --except."
    case .singleClass(let name):
      "All samples are of one class (\(name)); the loss compares same-class with other-class "
        + "neighbors and needs two classes or more."
    case .onlySingletons(let classCount):
      "Each of the \(classCount) classes has a single sample, so no sample has a same-class "
        + "neighbor. Label coarser classes or record more samples."
    case .zeroRows(let rows):
      "\(Self.list(rows)) all zero and so without direction for the cosine distance. "
        + "Skip such rows with --zero-rows skip, or use --distance squared-euclidean."
    case .beyondRange:
      "The squared distances leave the range of 64-bit numbers. Scale the activations by a power "
        + "of ten; the loss at a relative temperature does not change."
    case .memory(let needed, let limit):
      "The layer needs \(Self.mebibytes(needed)) of memory and the limit is "
        + "\(Self.mebibytes(limit)). Raise --memory, or draw fewer samples with --samples."
    case .spilled(let reason):
      reason
    case .cancelled:
      "The computation was interrupted."
    }
  }

  private static func mebibytes(_ bytes: Int) -> String { "\((bytes >> 20) + 1) MiB" }

  private static func list(_ rows: [Int]) -> String {
    let shown = rows.prefix(8).map(String.init).joined(separator: ", ")
    let rest = rows.count > 8 ? " and \(rows.count - 8) more" : ""
    return (rows.count == 1 ? "row " : "rows ") + shown + rest
      + " (counted from 0)"
  }
}
