/// Where the paths of a file name its samples.
struct SampleKeys {
  /// Names of samples, what lies above them, and what below: the layer.
  struct Place: Equatable {
    let front: [String]
    let sample: String
    let rest: [String]
  }

  private enum Form {
    /// The first part in which paths differ, below groups of checkpoints.
    case depth(Depths)
    /// The whole group of a dataset.
    case group
    /// The front of a name, up to its last separator.
    case prefix
  }

  private let form: Form

  init(_ samples: [DatasetDescription], names: CheckpointName) {
    let depths = Depths(samples, names: names)
    let places = samples.compactMap(depths.place)
    func counts(_ names: [[String]]) -> [Int] {
      Array(Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +).values)
    }
    // What most samples have is the layer. Where names hold slashes, the first part of a path is no
    // sample: hardly any two have a layer of the same path.
    let count = Set(places.map { $0.front + [$0.sample] }).count
    let rests = counts(places.map(\.rest))
    let mostRest = rests.max() ?? 0
    let byGroup = counts(samples.filter { !$0.group.isEmpty }.map { [$0.leaf] }).max() ?? 0
    let isComplete = rests.allSatisfy { $0 == count }
    let isSparse = 2 * mostRest <= count || count < 10 && byGroup >= 10
    if !isComplete, isSparse, byGroup > 1, byGroup >= 2 * mostRest {
      form = .group
    } else if Self.prefixes(samples.map(\.components)) {
      form = .prefix
    } else {
      form = .depth(depths)
    }
  }

  /// Nil where a path names no sample.
  func place(of dataset: DatasetDescription) -> Place? {
    switch form {
    case .depth(let depths): return depths.place(of: dataset)
    case .group:
      guard !dataset.group.isEmpty else { return nil }
      return Place(
        front: [], sample: dataset.group.joined(separator: "/"), rest: [dataset.leaf])
    case .prefix:
      guard let (front, back) = dataset.leaf.partedAtLastSeparator else { return nil }
      return Place(front: dataset.group, sample: front, rest: [back])
    }
  }

  /// Whether all names end in one of a few words, each of as many others: `17_grids`, `17_boxes`.
  private static func prefixes(_ paths: [[String]]) -> Bool {
    guard Set(paths.map { $0.dropLast() }).count == 1 else { return false }
    let parts = paths.compactMap { $0.last?.partedAtLastSeparator }
    guard parts.count == paths.count else { return false }
    let counts = Dictionary(parts.map { ($0.back, 1) }, uniquingKeysWith: +)
    let fronts = Set(parts.map(\.front)).count
    return counts.count > 1 && fronts >= 10 && counts.values.allSatisfy { $0 == fronts }
      && counts.keys.allSatisfy { !$0.isNumber }
  }

  /// Where paths name a sample: below groups of checkpoints, if there are several samples in each,
  /// at the first depth where they part.
  private struct Depths {
    private let names: CheckpointName?
    let depths: [[String]: Int]

    init(_ samples: [DatasetDescription], names: CheckpointName) {
      let below = Depths(samples, above: names)
      let isDivided = below.depths.contains { front, depth in
        let keys = samples.filter { below.front(of: $0) == front }.map { $0.components[depth] }
        return Set(keys).count > 1
      }
      // One dataset for each name like `epoch_12`: these are the samples.
      self = isDivided ? below : Depths(samples, above: nil)
    }

    private init(_ samples: [DatasetDescription], above names: CheckpointName?) {
      self.names = names
      var depths: [[String]: Int] = [:]
      for (front, samples) in Dictionary(
        grouping: samples, by: { Self.front(of: $0, above: names) })
      {
        var depth = front.count
        while samples.allSatisfy({ $0.components.count > depth + 1 }),
          Set(samples.map { $0.components[depth] }).count == 1
        {
          depth += 1
        }
        depths[front] = depth
      }
      self.depths = depths
    }

    func front(of dataset: DatasetDescription) -> [String] {
      Self.front(of: dataset, above: names)
    }

    func place(of dataset: DatasetDescription) -> Place? {
      guard let depth = depths[front(of: dataset)], dataset.components.count > depth else {
        return nil
      }
      let rest = Array(dataset.components[(depth + 1)...])
      return Place(
        front: Array(dataset.components[..<depth]), sample: dataset.components[depth],
        rest: rest.isEmpty ? ["activations"] : rest)
    }

    private static func front(
      of dataset: DatasetDescription, above names: CheckpointName?
    ) -> [String] {
      guard let names else { return [] }
      return Array(dataset.group.prefix { names.matches($0, parent: nil) })
    }
  }

  /// What is found at each depth where samples may be named, for the recognition of such files.
  var depths: [(front: [String], depth: Int)] {
    guard case .depth(let depths) = form else { return [] }
    return depths.depths.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { ($0.key, $0.value) }
  }

  func front(of dataset: DatasetDescription) -> [String] {
    guard case .depth(let depths) = form else { return [] }
    return depths.front(of: dataset)
  }

  /// Whether samples are named by more than one part of a path, or by less.
  var isUnusual: Bool {
    if case .depth = form { false } else { true }
  }
}

extension String {
  /// `17_grids` → `17`, `grids`; nil without a separator inside.
  fileprivate var partedAtLastSeparator: (front: String, back: String)? {
    guard let place = lastIndex(where: { "_-.".contains($0) }), place > startIndex,
      index(after: place) < endIndex
    else { return nil }
    return (String(self[..<place]), String(self[index(after: place)...]))
  }
}
