/// The loss of one class: the mean of l_i over its samples.
public struct ClassLoss: Sendable, Equatable, Codable {
  /// Of the class.
  public let name: String
  /// Samples of the class, two or more.
  package let count: Int
  /// In nats.
  public let loss: Double
  /// nil where it was not asked for.
  public let interval: Interval?

  package init(name: String, count: Int, loss: Double, interval: Interval?) {
    self.name = name
    self.count = count
    self.loss = loss
    self.interval = interval
  }
}

/// Which classes of a layer are entangled with which, at one temperature.
public struct ClassStructure: Sendable, Equatable, Codable {
  /// How the temperature was chosen.
  package enum Place: String, Sendable, Codable {
    /// By the matched perplexity.
    case perplexity
    /// By the minimum of the loss, where no temperature has the perplexity.
    case minimum
  }

  package let place: Place
  package let temperature: Double
  package let relativeTemperature: Double
  /// Of classes with two samples or more.
  public let losses: [ClassLoss]
  /// The classes that have a sample; below they are known by their place in this list.
  public let classes: [String]
  /// Their sizes.
  package let counts: [Int]
  /// Soft confusion P[c→c']: the mean over i in c of the share of Σ_k e^{−d_ik/T} that class c'
  /// holds. Rows sum to 1; the diagonal is the soft-neighbor accuracy.
  public let confusion: [[Double]]
  /// The losses of pairs above the diagonal, row by row; 0 where there is none.
  private let pairLosses: [Double]

  package init(
    place: Place, temperature: Double, relativeTemperature: Double, losses: [ClassLoss],
    classes: [String], counts: [Int], confusion: [[Double]], pairLosses: [Double]
  ) {
    let count = classes.count
    precondition(
      pairLosses.count == count * (count - 1) / 2,
      "\(count) classes have not \(pairLosses.count) pairs")
    self.place = place
    self.temperature = temperature
    self.relativeTemperature = relativeTemperature
    self.losses = losses
    self.classes = classes
    self.counts = counts
    self.confusion = confusion
    self.pairLosses = pairLosses
  }

  /// The loss of the samples of two classes alone, at this temperature; nil for a class with
  /// itself, and where neither class has two samples.
  package func pairLoss(_ first: Int, _ second: Int) -> Double? {
    guard pairAnchorCount(first, second) > 0 else { return nil }
    let (row, column) = (min(first, second), max(first, second))
    return pairLosses[row * (2 * classes.count - row - 1) / 2 + column - row - 1]
  }

  /// l(T → ∞) of two classes alone; nil where `pairLoss` is.
  package func pairChance(_ first: Int, _ second: Int) -> Double? {
    let anchors = pairAnchorCount(first, second)
    guard anchors > 0 else { return nil }
    func term(_ own: Int, _ other: Int) -> Double {
      guard counts[own] > 1 else { return 0 }
      return Double(counts[own])
        * AnchorAlgebra.chance(classSize: counts[own], of: counts[own] + counts[other])
    }
    return (term(first, second) + term(second, first)) / Double(anchors)
  }

  /// The loss of two classes as a share of their chance: 0 where they are separate, 1 at chance.
  public func entanglement(_ first: Int, _ second: Int) -> Double? {
    guard let loss = pairLoss(first, second), let chance = pairChance(first, second) else {
      return nil
    }
    return chance > 0 ? loss / chance : 0
  }

  /// Two classes and how near their loss is to chance.
  package struct Pair: Sendable, Equatable {
    package let first: Int
    package let second: Int
    package let loss: Double
    package let chance: Double
    /// 0 where the two are separate, 1 at chance.
    package var entanglement: Double { chance > 0 ? loss / chance : 0 }
  }

  /// The pairs nearest to chance, nearest first.
  package func mostEntangledPairs(_ limit: Int) -> [Pair] {
    var pairs: [Pair] = []
    for first in classes.indices {
      for second in classes.indices.dropFirst(first + 1) {
        if let loss = pairLoss(first, second), let chance = pairChance(first, second) {
          pairs.append(Pair(first: first, second: second, loss: loss, chance: chance))
        }
      }
    }
    // Equal ones keep the order of the classes.
    let order = pairs.indices.sorted {
      let (left, right) = (pairs[$0].entanglement, pairs[$1].entanglement)
      return left == right ? $0 < $1 : left > right
    }
    return order.prefix(limit).map { pairs[$0] }
  }

  private func pairAnchorCount(_ first: Int, _ second: Int) -> Int {
    first == second
      ? 0 : (counts[first] > 1 ? counts[first] : 0) + (counts[second] > 1 ? counts[second] : 0)
  }
}
