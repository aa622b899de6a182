/// Rows drawn without replacement so that each class keeps its share.
package struct StratifiedSample: Sendable {
  /// The rows drawn, ascending.
  package let rows: [Int]

  /// - Parameters:
  ///   - count: How many rows to draw; all of them if there are fewer. Classes get their share
  ///     rounded down, the largest remainders one more.
  ///   - generator: The source of randomness; the same seed draws the same rows.
  package init(
    count: Int, of labels: ClassLabels, using generator: inout some RandomNumberGenerator
  ) {
    guard count < labels.sampleCount else {
      rows = Array(0..<labels.sampleCount)
      return
    }
    let order = ClassOrder(labels)
    let shares = order.runs.map { $0.count * count }
    var quotas = shares.map { $0 / labels.sampleCount }
    let remainders = shares.enumerated().sorted {
      let (left, right) = ($0.element % labels.sampleCount, $1.element % labels.sampleCount)
      return left != right ? left > right : $0.offset < $1.offset
    }
    for (index, _) in remainders.prefix(max(count, 0) - quotas.reduce(0, +)) { quotas[index] += 1 }
    var drawn: [Int] = []
    for (run, quota) in zip(order.runs, quotas) {
      // Fisher–Yates over the first `quota` places of the class.
      var members = Array(order.rows[run])
      for place in 0..<quota {
        members.swapAt(place, Int.random(in: place..<members.count, using: &generator))
      }
      drawn += members.prefix(quota)
    }
    rows = drawn.sorted()
  }
}

/// Steele, Lea and Flood's SplitMix64: small, seedable, and the same on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  /// One of many generators that a seed stands for, told apart by numbers: a draw is the same
  /// whatever other draws are made.
  package init(seed: UInt64, _ path: Int...) {
    self.init(
      seed: path.reduce(seed) { seed, number in
        var generator = SplitMix64(seed: seed ^ (UInt64(bitPattern: Int64(number)) &* Self.odd))
        return generator.next()
      })
  }

  private static let odd: UInt64 = 0xd134_2543_de82_ef95

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
