internal import Activations

/// What a computation may take of the machine. Results have the same bits on any number of threads
/// and within any memory; only the instruction set shows in their last digits.
public struct Machine: Sendable, Equatable {
  /// Threads that compute at a time.
  public let threadCount: Int
  /// The vector instructions of the kernels.
  public let instructionSet: InstructionSet
  /// Bytes to stay within, the values as read included; how much a pass does at a time is chosen by
  /// it.
  public let memoryLimit: Int

  /// - Precondition: one thread or more.
  public init(
    threadCount: Int = 1, instructionSet: InstructionSet = .best, memoryLimit: Int = .max
  ) {
    precondition(threadCount > 0, "\(threadCount) threads compute nothing")
    self.threadCount = threadCount
    self.instructionSet = instructionSet
    self.memoryLimit = memoryLimit
  }

  /// Calls the body for every number below `count`, on all threads where there are several.
  package func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    Threads.forEach(count, on: threadCount, body)
  }
}
