public import Activations
internal import PairwiseDistances

/// The k nearest rows of a bank to each query, nearest first, with their distances.
public struct NeighborLists: Sendable, Equatable {
  /// k.
  public let neighborCount: Int
  /// How many samples were looked up.
  public let queryCount: Int
  /// `queryCount × neighborCount` rows of the bank.
  package let rows: [Int32]
  /// The distances to them: squared activation units, or 1 − cos.
  package let distances: [Double]

  /// - Precondition: rows and distances are `queryCount × neighborCount`.
  package init(neighborCount: Int, rows: [Int32], distances: [Double]) {
    precondition(
      neighborCount > 0 && rows.count == distances.count && rows.count % neighborCount == 0,
      "\(rows.count) rows and \(distances.count) distances are no lists of \(neighborCount)")
    self.neighborCount = neighborCount
    self.queryCount = rows.count / neighborCount
    self.rows = rows
    self.distances = distances
  }

  init(_ table: NeighborTable) {
    neighborCount = table.neighborCount
    queryCount = table.queryCount
    rows = table.positions
    distances = table.distances
  }

  /// The neighbors of a query, nearest first, by their rows of the bank.
  public func rows(of query: Int) -> ArraySlice<Int32> { rows[range(of: query)] }

  /// The distances to the neighbors of a query, nearest first.
  public func distances(of query: Int) -> ArraySlice<Double> { distances[range(of: query)] }

  /// The classes of all neighbors, `queryCount × neighborCount`.
  public func classes(_ labels: ClassLabels) -> NeighborClasses {
    NeighborClasses(
      neighborCount: neighborCount, classes: rows.map { labels.indices[Int($0)] },
      classCount: labels.names.count)
  }

  private func range(of query: Int) -> Range<Int> {
    query * neighborCount..<(query + 1) * neighborCount
  }
}

/// The class of each neighbor of each query, nearest first.
public struct NeighborClasses: Sendable, Equatable {
  package let neighborCount: Int
  /// `queryCount × neighborCount` indices below `classCount`.
  package let classes: [Int32]
  package let classCount: Int

  package init(neighborCount: Int, classes: [Int32], classCount: Int) {
    precondition(
      neighborCount > 0 && classes.count % neighborCount == 0,
      "\(classes.count) classes are no lists of \(neighborCount)")
    self.neighborCount = neighborCount
    self.classes = classes
    self.classCount = classCount
  }

  package var queryCount: Int { classes.count / neighborCount }

  package func classes(of query: Int) -> ArraySlice<Int32> {
    classes[query * neighborCount..<(query + 1) * neighborCount]
  }
}

extension NeighborLists {
  /// The lists of several sets of queries, one after another.
  ///
  /// - Precondition: there is one, and all have the same k.
  package static func joining(_ parts: [NeighborLists]) -> NeighborLists {
    precondition(
      Set(parts.map(\.neighborCount)).count == 1, "lists of different lengths do not join")
    return NeighborLists(
      neighborCount: parts[0].neighborCount, rows: parts.flatMap(\.rows),
      distances: parts.flatMap(\.distances))
  }
}

extension NeighborClasses {
  /// The classes of the given queries' neighbors, in the given order.
  package func rows(_ queries: [Int]) -> NeighborClasses {
    NeighborClasses(
      neighborCount: neighborCount, classes: queries.flatMap { classes(of: $0) },
      classCount: classCount)
  }
}
