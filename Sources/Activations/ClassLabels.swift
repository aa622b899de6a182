/// The class of every sample, as an index into the list of class names.
public struct ClassLabels: Sendable, Equatable {
  /// One index into `names` per sample.
  public let indices: [Int32]
  /// Class names in their natural order (`2` before `10`), controls in them made visible.
  public let names: [String]

  /// How many samples are labelled.
  public var sampleCount: Int { indices.count }

  /// Labels given as numbers; classes are ordered by value.
  public init(_ values: some Sequence<Int64>) {
    let values = Array(values)
    let classes = Set(values).sorted()
    let index = Dictionary(uniqueKeysWithValues: zip(classes, Int32(0)...))
    self.indices = values.map { index[$0, default: 0] }
    self.names = classes.map(String.init)
  }

  /// Labels given as names; classes are in natural order.
  public init(_ values: some Sequence<String>) {
    let values = Array(values)
    let classes = Set(values).sorted { $0.naturallyPrecedes($1) }
    let index = Dictionary(uniqueKeysWithValues: zip(classes, Int32(0)...))
    self.indices = values.map { index[$0, default: 0] }
    self.names = classes.map(\.visible)
  }

  /// - Precondition: every index is a position in `names`.
  public init(indices: [Int32], names: [String]) {
    precondition(
      indices.allSatisfy { $0 >= 0 && Int($0) < names.count },
      "a class index lies outside 0..<\(names.count)")
    self.indices = indices
    self.names = names.map(\.visible)
  }

  /// The number of samples of each class, in the order of `names`.
  public var counts: [Int] {
    indices.reduce(into: Array(repeating: 0, count: names.count)) { $0[Int($1)] += 1 }
  }

  /// The labels of the given samples, in the given order; classes that lose every sample stay.
  public func rows(_ samples: [Int]) -> ClassLabels {
    ClassLabels(indices: samples.map { indices[$0] }, names: names)
  }
}
