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
    if let threads, threads < 1 {
      throw ValidationError("--threads must be 1 or more, not \(threads).")
    }
    if let instructionSet, !instructionSet.isAvailable {
      throw ValidationError(
        "This machine has no \(instructionSet.rawValue). It can run "
          + InstructionSet.allCases.filter(\.isAvailable).map(\.rawValue)
          .joined(separator: ", ") + ".")
    }
  }

  var machine: Machine {
    let whole = Machine.whole
    return Machine(
      threadCount: threads ?? whole.threadCount,
      instructionSet: instructionSet ?? whole.instructionSet,
      memoryLimit: memory?.bytes ?? whole.memoryLimit)
  }
}
