import Confinement

/// A command that reads files which somebody else may have made, and gives up what it does not need
/// before it does.
protocol Isolated {
  /// Whether it does.
  var isolates: Bool { get }
  /// What it needs.
  var reach: Reach { get throws }
}

extension Confinement.Effect {
  /// For people who want to know.
  var text: String {
    let parts =
      (limitsFiles ? ["files"] : []) + (limitsCalls ? ["system calls"] : [])
      + (limitsMemory ? ["memory"] : [])
    return "isolation: \(parts.isEmpty ? "none" : parts.joined(separator: ", "))\n"
  }
}
