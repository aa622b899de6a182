import Analysis
import ArgumentParser
import PairwiseDistances

/// What a computation may take of the machine.
struct MachineOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Threads to use (default: all cores).", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Memory to stay within: 512M, 8G (default: half of the machine's).", valueName: "size"))
  var memory: MemorySize?

  @Option(
    help: ArgumentHelp(
      "avx512, avx2, neon or portable, which gives the same bits on every machine.",
      valueName: "set"))
  var instructionSet: InstructionSet?

  func validate() throws {
    try Self.requireThreads(threads)
    if let instructionSet, !instructionSet.isAvailable {
      throw ValidationError(
        "This machine has no \(instructionSet.rawValue). It can run "
          + InstructionSet.allCases.filter(\.isAvailable).map(\.rawValue)
          .joined(separator: ", ") + ".")
    }
  }

  static func requireThreads(_ count: Int?) throws(ValidationError) {
    guard let count, !(1...mostThreads).contains(count) else { return }
    throw ValidationError("--threads must be from 1 to \(mostThreads), not \(count).")
  }

  /// More than any machine has, and few enough for what each one takes.
  private static let mostThreads = 4096

  var machine: Machine {
    let whole = Machine.whole
    return Machine(
      threadCount: threads ?? whole.threadCount,
      instructionSet: instructionSet ?? whole.instructionSet,
      memoryLimit: memory?.bytes ?? whole.memoryLimit)
  }
}
