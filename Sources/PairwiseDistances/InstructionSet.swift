internal import CDistanceKernels

/// The vector instructions that the pass over all pairs uses.
///
/// On one instruction set the result has the same bits for any number of threads; between sets it
/// differs by rounding (fused against separate multiply and add). `portable` gives the same bits on
/// every machine.
public enum InstructionSet: String, CaseIterable, Sendable {
  case avx512, avx2, neon, portable

  /// Whether this machine can run it.
  public var isAvailable: Bool { snn_is_available(level) }

  /// The widest that this machine can run.
  public static var best: InstructionSet { allCases.first(where: \.isAvailable) ?? .portable }

  var level: snn_level {
    switch self {
    case .avx512: snn_avx512
    case .avx2: snn_avx2
    case .neon: snn_neon
    case .portable: snn_portable
    }
  }
}
