import PairwiseDistances

/// What takes the distances anchor by anchor: each pair comes twice, once a side.
protocol RowReduction: Sendable {
  func absorb(_ row: DistanceRow)
}

/// The distances of one anchor to a run of partners: a row of a tile, or a column of it.
struct DistanceRow {
  /// The anchor's position in class order.
  let anchor: Int
  /// The partners' positions. Within a diagonal tile the anchor is one of them and must be left out.
  let partners: Range<Int>
  /// One distance a partner, in inner units.
  let distances: [Double]
}

/// Hands tiles to a reduction row by row and column by column.
struct RowwiseReduction<Reduction: RowReduction>: TileReduction {
  let reduction: Reduction

  var scratchSize: Int { 0 }

  func absorb(_ tile: DistanceTile) {
    // As many columns a row as a block of the pass has.
    let side = 128
    for (index, anchor) in tile.rows.enumerated() {
      reduction.absorb(
        DistanceRow(
          anchor: anchor, partners: tile.columns,
          distances: tile.columns.indices.map {
            Double(tile.distances[index * side + $0 - tile.columns.lowerBound])
          }))
    }
    guard tile.rows != tile.columns else { return }
    for (index, anchor) in tile.columns.enumerated() {
      reduction.absorb(
        DistanceRow(
          anchor: anchor, partners: tile.rows,
          distances: tile.rows.indices.map {
            Double(tile.distances[($0 - tile.rows.lowerBound) * side + index])
          }))
    }
  }
}

extension PairwisePass {
  /// Feeds all distances to a reduction, anchor by anchor.
  func reduce(_ samples: DistanceSamples, with reduction: some RowReduction) throws {
    try reduce(samples, with: RowwiseReduction(reduction: reduction))
  }
}
