/// Why neighbors, credibilities or scores cannot be computed. The wording says what and how to
/// mend; where it happened (file, layer) is added by whoever knows.
public enum NeighborsError: Error, Sendable, Equatable {
  case noSamples(of: Side)
  case noFeatures
  case widthsDiffer(queries: Int, bank: Int)
  case neighborCount(Int)
  case bankIsTooSmall(neighborCount: Int, bank: Int, isLeaveOneOut: Bool)
  case nonFinite(Side, rows: [Int])
  case zeroRows(Side, rows: [Int])
  case beyondRange
  case memory(needed: Int, limit: Int)
  case emptyCalibration
  case cancelled

  /// Which rows a message is about.
  public enum Side: String, Sendable {
    case queries, bank
  }
}

extension NeighborsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSamples(let side):
      "There are no samples among the \(side.name): 0 rows."
    case .noFeatures:
      "The layer has 0 features."
    case .widthsDiffer(let queries, let bank):
      "The queries have \(queries) features and the bank \(bank). Export both from the same layer "
        + "of the same network, or leave the layer out with --except."
    case .neighborCount(let count):
      "k must be 1 or more, not \(count)."
    case .bankIsTooSmall(let count, let bank, let isLeaveOneOut):
      isLeaveOneOut
        ? "k = \(count) neighbors are wanted of \(bank) rows, of which a sample has "
          + "\(max(bank - 1, 0)) others. Give a smaller -k."
        : "k = \(count) neighbors are wanted of a bank of \(bank) rows. Give a smaller -k, or a "
          + "larger bank."
    case .nonFinite(let side, let rows):
      "NaN or infinity in \(Self.list(rows)) of the \(side.name). "
        + "Mend the rows or leave the layer out with --except."
    case .zeroRows(let side, let rows):
      "\(Self.list(rows)) of the \(side.name) all zero and so without direction for the cosine "
        + "distance. Leave them out, or use --distance squared-euclidean."
    case .beyondRange:
      "The squared distances leave the range of 64-bit numbers. Scale the activations by a power "
        + "of ten."
    case .memory(let needed, let limit):
      "The search needs \((needed >> 20) + 1) MiB of memory and the limit is "
        + "\((limit >> 20) + 1) MiB. Raise --memory, or give fewer queries or a smaller -k."
    case .emptyCalibration:
      "There are no calibration samples. Give some with --calibration, or a larger "
        + "--calibration-share."
    case .cancelled:
      "The computation was interrupted."
    }
  }

  private static func list(_ rows: [Int]) -> String {
    let shown = rows.prefix(8).map(String.init).joined(separator: ", ")
    let rest = rows.count > 8 ? " and \(rows.count - 8) more" : ""
    return (rows.count == 1 ? "row " : "rows ") + shown + rest + " (counted from 0)"
  }
}

extension NeighborsError.Side {
  fileprivate var name: String { self == .bank ? "bank" : "queries" }
}
