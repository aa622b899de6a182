package import Activations

/// How evenly the bank's samples serve as neighbors (Radovanović, Nanopoulos, Ivanović 2010): N_k of
/// a sample is the number of lists of k that it stands in.
///
/// In many dimensions a few samples, hubs, stand in very many lists and others in none; a positive
/// skewness of N_k says so.
package struct Hubness: Sendable, Equatable {
  /// A sample that stands in many lists.
  package struct Hub: Sendable, Equatable {
    /// The row in the bank.
    package let row: Int
    /// N_k.
    package let occurrences: Int
    /// Those in lists of queries of another class; nil where queries have no labels.
    package let badOccurrences: Int?
  }

  /// N_k of each row of the bank.
  package let occurrences: [Int]
  /// E[(N_k − μ)³] / σ³; 0 where all are equal.
  package let skewness: Double
  /// The share of the bank that stands in no list.
  package let antihubShare: Double
  /// The rows in most lists, at most ten, those in most lists first.
  package let hubs: [Hub]

  /// - Parameter queryClasses: The class of each query in the bank's terms, if known.
  package init(
    _ lists: NeighborLists, bank: ClassLabels, queryClasses: [Int32?]? = nil
  ) {
    var occurrences = Array(repeating: 0, count: bank.sampleCount)
    var bad = Array(repeating: 0, count: queryClasses == nil ? 0 : bank.sampleCount)
    for query in 0..<lists.queryCount {
      for row in lists.rows(of: query) {
        occurrences[Int(row)] += 1
        if let queryClasses, queryClasses[query] != bank.indices[Int(row)] { bad[Int(row)] += 1 }
      }
    }
    let count = Double(max(bank.sampleCount, 1))
    let mean = Double(occurrences.reduce(0, +)) / count
    var second = 0.0
    var third = 0.0
    for value in occurrences {
      let difference = Double(value) - mean
      second += difference * difference
      third += difference * difference * difference
    }
    second /= count
    third /= count
    skewness = second > 0 ? third / (second * second.squareRoot()) : 0
    antihubShare = Double(occurrences.count { $0 == 0 }) / count
    hubs = occurrences.indices
      .sorted { (occurrences[$1], $0) < (occurrences[$0], $1) }
      .prefix(10).filter { occurrences[$0] > 0 }
      .map {
        Hub(
          row: $0, occurrences: occurrences[$0],
          badOccurrences: queryClasses == nil ? nil : bad[$0])
      }
    self.occurrences = occurrences
  }
}
