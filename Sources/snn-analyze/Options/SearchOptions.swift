public import ArgumentParser
public import Neighbors
import PairwiseDistances

/// How neighbors are searched.
struct SearchOptions: ParsableArguments {
  @Option(name: [.customShort("k"), .customLong("neighbors")], help: "How many neighbors.")
  var k: Int?

  @Option(help: "squared-euclidean or cosine.")
  var distance: Distance = .squaredEuclidean

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if let k, k < 1 { throw ValidationError("-k must be 1 or more, not \(k).") }
  }

  func search(defaultCount: Int) -> NearestNeighbors {
    NearestNeighbors(
      neighborCount: k ?? defaultCount, distance: distance, machine: machine.machine)
  }
}

extension DeepNearestNeighbors.PValue: ExpressibleByArgument {}
