public import ArgumentParser
import Foundation
public import Neighbors
import PairwiseDistances

/// How neighbors are searched.
struct SearchOptions: ParsableArguments {
  @Option(name: [.customShort("k"), .customLong("neighbors")], help: "How many neighbors.")
  var k: Int?

  @Option(help: "squared-euclidean or cosine.")
  var distance: Distance = .squaredEuclidean

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
    if let k, k < 1 { throw ValidationError("-k must be 1 or more, not \(k).") }
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

  func search(defaultCount: Int) -> NearestNeighbors {
    NearestNeighbors(
      neighborCount: k ?? defaultCount, distance: distance,
      instructionSet: instructionSet ?? .best,
      threadCount: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      memoryLimit: memory?.bytes ?? Int(ProcessInfo.processInfo.physicalMemory / 2))
  }
}

extension DeepNearestNeighbors.PValue: ExpressibleByArgument {}
