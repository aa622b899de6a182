internal import Activations
internal import CDistanceKernels

/// What a pass at one temperature says of classes and of single samples: for every anchor the sums
/// over each class of neighbors, and how losses and perplexity change with its weight as a neighbor of
/// others.
///
///     S_i[c] = Σ_{j≠i, y_j=c} e^{−βd_ij}
///
/// Every sum keeps an exponent of its own, so that none underflows against another: the pairwise
/// loss log(1 + S_i[c']/S_i[y_i]) is exact however far both classes are (beyond 512 features, while
/// it is above e^{−75}). Where it is 0 in Double, as between classes that have collapsed, so are the
/// sums of a tile beside those of the own class, and are not looked at closer. With p_ij = e^{−βd_ij}/B_i
/// and q_ij = [y_i = y_j]·e^{−βd_ij}/A_i,
///
///     lossChange(j, c) = Σ_{i∈c, i≠j} (p_ij − q_ij)
///     perplexityChange(j) = Σ_{i≠j} p_ij·e^{H_i}·(1 + βd_ij − E_i[βd])
///
/// Each exponential serves both samples of its pair, and all of these sums.
package final class ClassPass: TileReduction, @unchecked Sendable {
  // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.

  package let beta: Double
  /// The anchors that sums are kept for; others are neighbors alone.
  package let anchors: Range<Int>
  private let classCount: Int
  private let normalisers: SoftNormalisers?
  private let byClass: Bool
  private let classes: Column<Int32>
  private let ends: Column<Int64>
  let exponents: Column<Double>?
  private let sums: Column<Double>?
  private let changes: Column<Double>?
  private let perplexityChanges: Column<Double>?
  /// By block of the pass.
  private let ways: Column<snn_class_ways>

  /// What is wanted.
  package struct Quantities: Sendable {
    /// Σ over each class of neighbors.
    package var classSums: Bool
    /// The change of the loss with each weight.
    package var lossChanges: Bool
    /// The changes of each class's losses, apart.
    package var byClass: Bool
    /// The change of the perplexity with each weight; goes with `lossChanges`.
    package var perplexityChanges: Bool

    package init(
      classSums: Bool, lossChanges: Bool, byClass: Bool = false, perplexityChanges: Bool = false
    ) {
      self.classSums = classSums
      self.lossChanges = lossChanges
      self.byClass = byClass && lossChanges
      self.perplexityChanges = perplexityChanges && lossChanges
    }

    var isEmpty: Bool { !classSums && !lossChanges }

    /// The bytes of the state of one anchor.
    package func bytesPerAnchor(classCount: Int) -> Int {
      (classSums ? 16 * classCount : 0) + (lossChanges ? 8 * (byClass ? classCount : 1) : 0)
        + (perplexityChanges ? 8 : 0)
    }
  }

  /// - Parameters:
  ///   - beta: 1/T in inner units.
  ///   - normalisers: The soft neighborhoods of all samples; changes need them, and sums are sooner
  ///     done with them.
  package init(
    _ samples: DistanceSamples, beta: Double, anchors: Range<Int>, quantities: Quantities,
    normalisers: SoftNormalisers? = nil
  ) {
    precondition(
      normalisers != nil || !quantities.lossChanges, "changes are shares of neighborhoods")
    self.beta = beta
    self.anchors = anchors
    self.normalisers = normalisers
    byClass = quantities.byClass
    classCount = samples.order.runs.count
    classes = Column(samples.order.classes)
    ends = Column(samples.order.runs.map { Int64($0.upperBound) })
    let cells = anchors.count * classCount
    exponents = quantities.classSums ? Column(.infinity, count: cells) : nil
    sums = quantities.classSums ? Column(0, count: cells) : nil
    changes =
      quantities.lossChanges ? Column(0, count: byClass ? cells : anchors.count) : nil
    perplexityChanges = quantities.perplexityChanges ? Column(0, count: anchors.count) : nil
    ways = Column(
      snn_class_ways(), count: (samples.count + PairwisePass.side - 1) / PairwisePass.side)
  }

  package var scratchSize: Int { Int(snn_class_scratch_size()) }

  package func absorb(_ tile: DistanceTile) {
    guard sums != nil || changes != nil,
      tile.rows.overlaps(anchors) || tile.columns.overlaps(anchors)
    else { return }
    var pointers = normalisers?.pointers
    withUnsafePointer(to: &pointers) { pointers in
      pointers.withMemoryRebound(to: snn_normalisers.self, capacity: 1) { normalisers in
        var pass = snn_class_pass(
          beta: beta, classes: classes.values.baseAddress, class_ends: ends.values.baseAddress,
          first: Int64(anchors.lowerBound), count: Int64(anchors.count),
          exponents: exponents?.values.baseAddress, sums: sums?.values.baseAddress,
          normalisers: self.normalisers == nil ? nil : normalisers,
          changes: changes?.values.baseAddress, by_class: byClass,
          perplexity_changes: perplexityChanges?.values.baseAddress,
          ways: ways.values.baseAddress)
        var kernelTile = tile.kernelTile
        snn_absorb_classes(tile.level, tile.samples, &pass, &kernelTile, tile.scratch)
      }
    }
  }

  /// How the tiles of a pass went.
  package struct Ways: Sendable {
    package var tileCount = 0
    /// Those that went anchor by anchor.
    package var aloneCount = 0
    /// Those with pairs whose distances were computed again, by differences of the values as read.
    package var exactCount = 0
    package var exactPairCount = 0
  }

  package var tileWays: Ways {
    ways.values.reduce(into: Ways()) { sum, block in
      sum.tileCount += Int(block.tiles)
      sum.aloneCount += Int(block.alone_tiles)
      sum.exactCount += Int(block.exact_tiles)
      sum.exactPairCount += Int(block.exact_pairs)
    }
  }

  /// S_i[c] of an anchor as e^{−β·base}·sum; nil where the class has no neighbor of it.
  package func sum(at anchor: Int, class index: Int) -> (base: Double, sum: Double)? {
    let place = index * anchors.count + anchor - anchors.lowerBound
    guard let exponent = exponents?.values[place], exponent < .infinity, let sums else {
      return nil
    }
    return (exponent * Self.ln2 / beta, sums.values[place])
  }

  /// For every class c the share S_i[c]/B_i, and the odds S_i[c]/S_i[own]: 0 for the own class and
  /// where there is no neighbor of the own class, infinite beyond the range of a Double.
  package func shares(
    at anchor: Int, into shares: UnsafeMutableBufferPointer<Double>, oddsAgainst own: Int,
    into odds: UnsafeMutableBufferPointer<Double>
  ) {
    guard let exponents = exponents?.values.baseAddress, let sums = sums?.values.baseAddress
    else { return }
    let place = anchor - anchors.lowerBound
    snn_class_shares(
      exponents + place, sums + place, Int64(anchors.count), Int64(classCount), Int64(own),
      shares.baseAddress, odds.baseAddress)
  }

  /// Σ_{i∈c} (p_ij − q_ij) of a class; where classes are not told apart, the sum over all anchors is
  /// that of class 0.
  package func lossChange(at anchor: Int, class index: Int = 0) -> Double {
    changes?.values[index * anchors.count + anchor - anchors.lowerBound] ?? 0
  }

  package func perplexityChange(at anchor: Int) -> Double {
    perplexityChanges?.values[anchor - anchors.lowerBound] ?? 0
  }

  private static let ln2 = 0.6931471805599453
}
