package import Activations

extension NearestNeighbors {
  /// The neighbors of each query in the bank but for the rows that are the query itself.
  ///
  /// - Parameter twins: The rows of the bank that are left out of each query's list.
  /// - Precondition: there are as many lists of twins as queries.
  package func neighbors(
    of queries: ActivationMatrix, in bank: ActivationMatrix, leavingOut twins: [[Int32]]
  ) throws(NeighborsError) -> NeighborLists {
    precondition(twins.count == queries.sampleCount, "each query has its twins, or none")
    let most = twins.lazy.map(\.count).max() ?? 0
    guard most > 0 else { return try neighbors(of: queries, in: bank) }
    guard neighborCount > 0, neighborCount <= bank.sampleCount - most else {
      throw .bankIsTooSmall(
        neighborCount: neighborCount, bank: max(0, bank.sampleCount - most), isLeaveOneOut: false)
    }
    // As many more as may be left out: what remains is nearest, in the same order.
    return try wider(by: most).neighbors(of: queries, in: bank)
      .leavingOut(twins, neighborCount: neighborCount)
  }
}

extension NeighborLists {
  /// The first `neighborCount` of each list that are none of its query's twins.
  fileprivate func leavingOut(_ twins: [[Int32]], neighborCount: Int) -> NeighborLists {
    var rows: [Int32] = []
    var distances: [Double] = []
    rows.reserveCapacity(queryCount * neighborCount)
    distances.reserveCapacity(queryCount * neighborCount)
    for query in 0..<queryCount {
      let own = Set(twins[query])
      var taken = 0
      for (row, distance) in zip(self.rows(of: query), self.distances(of: query))
      where taken < neighborCount && !own.contains(row) {
        rows.append(row)
        distances.append(distance)
        taken += 1
      }
    }
    return NeighborLists(neighborCount: neighborCount, rows: rows, distances: distances)
  }
}

/// Rows of a bank that are equal to a query in every value: the same sample under no name, or samples
/// that a layer cannot tell apart, such as those that no unit answers to.
package struct EqualRows: Sendable {
  /// More rows than this are samples that the layer cannot tell apart.
  private static let most = 100

  /// The queries that have any, and these rows of the bank, without the query's own twins; no rows
  /// where they are more than `most`.
  private let rows: [(query: Int, rows: [Int32])]

  package var queryCount: Int { rows.count }

  /// - Parameter twins: Rows of the bank that are known to be the query.
  package init(
    of queries: ActivationMatrix, in bank: ActivationMatrix, besides twins: [[Int32]]
  ) {
    var places: [UInt64: [Int32]] = [:]
    for (row, digest) in bank.digests().enumerated() {
      places[digest, default: []].append(Int32(row))
    }
    func areEqual(_ query: Int, _ row: Int32) -> Bool {
      (0..<queries.featureCount).allSatisfy { queries[query, $0] == bank[Int(row), $0] }
    }
    var rows: [(query: Int, rows: [Int32])] = []
    for (query, digest) in queries.digests().enumerated() {
      guard let found = places[digest] else { continue }
      let own = twins[query]
      // Of a layer without a living unit these are all rows, for every query.
      if found.count > Self.most + own.count {
        let other = found.lazy.first { !own.contains($0) }
        if let other, areEqual(query, other) { rows.append((query, [])) }
        continue
      }
      let equal = found.filter { !own.contains($0) && areEqual(query, $0) }
      if !equal.isEmpty { rows.append((query, equal)) }
    }
    self.rows = rows
  }

  /// What the votes get right where no query has a row that equals it among its neighbors.
  ///
  /// - Returns: nil if no query is left, or the memory does not hold longer lists. Queries with so many equal rows that they are no sample twice,
  ///   or without k others, are left out of it.
  package func accuracy(
    with search: NearestNeighbors, of queries: ActivationMatrix, in bank: ActivationMatrix,
    twins: [[Int32]], lists: NeighborLists, labels: ClassLabels, truth: [Int32?]
  ) throws(NeighborsError) -> Proportion? {
    let affected = Set(rows.map(\.query))
    let again = rows.filter { found in
      let left = found.rows.count + twins[found.query].count
      return !found.rows.isEmpty && left + search.neighborCount <= bank.sampleCount
    }
    let unaffected = (0..<queries.sampleCount).filter { !affected.contains($0) }
    var count = Self.right(lists.classes(labels).rows(unaffected), unaffected.map { truth[$0] })
    if !again.isEmpty {
      let found: NeighborLists
      do throws(NeighborsError) {
        found = try search.neighbors(
          of: queries.rows(again.map(\.query)), in: bank,
          leavingOut: again.map { twins[$0.query] + $0.rows })
      } catch {
        if case .memory = error { return nil }
        throw error
      }
      count += Self.right(found.classes(labels), again.map { truth[$0.query] })
    }
    let total = unaffected.count + again.count
    return total > 0 ? Proportion(count: count, of: total) : nil
  }

  private static func right(_ classes: NeighborClasses, _ truth: [Int32?]) -> Int {
    guard !truth.isEmpty else { return 0 }
    return NeighborVotes(classes, neighborCounts: [classes.neighborCount])
      .agreement(with: truth)[0].count
  }
}

extension ActivationMatrix {
  /// A number for each row, equal for rows of equal values, whatever the sign of their zeros.
  fileprivate func digests() -> [UInt64] {
    func digests<Value: BinaryFloatingPoint>(_ values: [Value]) -> [UInt64] {
      values.withUnsafeBufferPointer { values in
        (0..<sampleCount).map { row in
          // FNV-1a, a value at a time; adding zero leaves it one sign.
          values[row * featureCount..<(row + 1) * featureCount].reduce(0xcbf2_9ce4_8422_2325) {
            ($0 ^ (Double($1) + 0).bitPattern) &* 0x0000_0100_0000_01b3
          }
        }
      }
    }
    return switch values {
    case .float32(let values): digests(values)
    case .float64(let values): digests(values)
    }
  }
}
