internal import Activations
internal import Neighbors
internal import PairwiseDistances

/// What neighbors say, for a person at a terminal.
struct NeighborText {
  private let analysis: NeighborAnalysis
  private let title: String
  private let shown: [Int]

  init(_ report: NeighborReport) {
    analysis = report.analysis
    title = report.options.title
    shown = report.shown
  }

  func text(width: Int) -> String {
    let read = analysis.readings.map { NamedReading($0.name, $0.head) }.sentence
    var parts = [summary.wrapped(to: width)]
    if !read.isEmpty { parts.append(read.wrapped(to: width)) }
    parts.append(table)
    parts.append(legend.wrapped(to: width))
    parts += (analysis.notices + analysis.layers.compactMap(equalRows)).map {
      $0.capitalizedFirst.wrapped(to: width)
    }
    if let backOff = backOffSentence { parts.append(backOff.wrapped(to: width)) }
    parts += shown.map(list)
    return parts.joined(separator: "\n")
  }

  private var summary: String {
    let k = NumberStyle.count(analysis.neighborCount, "nearest neighbor")
    let place =
      analysis.isLeaveOneOut
      ? "of each of \(analysis.queries.count) samples among the others"
      : "of \(analysis.queries.count) \(analysis.queries.count == 1 ? "query" : "queries") in a bank of "
        + NumberStyle.count(analysis.bank.count, "sample")
    var text =
      "\(title): the \(k) \(place), in \(NumberStyle.count(analysis.layers.count, "layer")), "
      + "\(analysis.distance.rawValue) distance."
    let best = analysis.layers.compactMap { layer in
      layer.accuracies?.last.map { (name: layer.name, accuracy: $0) }
    }.max { $0.accuracy.value < $1.accuracy.value }
    if let best {
      text +=
        " They vote for the right class most often in \(best.name): "
        + "\(NumberStyle.percent(best.accuracy.value)) "
        + "(95 % interval \(NumberStyle.percent(best.accuracy.interval.lowerBound)) to "
        + "\(NumberStyle.percent(best.accuracy.interval.upperBound)))."
    }
    return text
  }

  /// How many queries equal a row of the bank in a layer, and what that does to the vote.
  private func equalRows(_ layer: NeighborAnalysis.Layer) -> String? {
    guard let equal = layer.equalRows else { return nil }
    let what =
      "In \(layer.name), \(equal.queryCount) of \(analysis.queries.count) "
      + (analysis.isLeaveOneOut ? "samples equal another" : "queries equal a row of the bank")
      + " in every value: they are the same sample twice, or samples that the layer cannot tell apart."
    guard let with = layer.accuracies?.last else { return what }
    guard let accuracy = equal.accuracy else {
      return what + " What the votes are without these rows is not told: too few others are left."
    }
    return what
      + " With these rows \(NumberStyle.percent(with.value)) of the votes are right, without them "
      + "\(NumberStyle.percent(accuracy.value)) of \(accuracy.total)."
  }

  private var table: String {
    let counts = analysis.layers.first?.votes.neighborCounts ?? []
    // At most four of them, the first and the last always.
    let columns = counts.indices.spread(into: 4)
    var header = ["layer"]
    let hasLabels = analysis.queries.labels != nil
    if hasLabels { header += columns.map { "k = \(counts[$0])" } + ["posterior"] }
    header += ["entropy"]
    let hasModel = analysis.queries.predictions != nil
    if hasModel { header.append("as model") }
    header += ["skew", "top hub", "in none"]
    var table = TextTable(header: header)
    for layer in analysis.layers {
      var row = [layer.name]
      if hasLabels {
        row += columns.map { index in
          layer.accuracies.map { NumberStyle.percent($0[index].value) } ?? "–"
        }
        row.append(layer.posteriorAccuracy.map { NumberStyle.percent($0.value) } ?? "–")
      }
      row.append(NumberStyle.loss(layer.votes.labelEntropies.last ?? 0))
      if hasModel {
        row.append(layer.agreements?.last.map { NumberStyle.percent($0.value) } ?? "–")
      }
      row += [
        NumberStyle.loss(layer.hubness.skewness),
        String(layer.hubness.hubs.first?.occurrences ?? 0),
        NumberStyle.percent(layer.hubness.antihubShare),
      ]
      table.add(row)
    }
    return table.text
  }

  private var legend: String {
    (analysis.queries.labels == nil
      ? ""
      : "k and posterior: share of queries that the vote of k neighbors, and their distances, get "
        + "right. ")
      + "Entropy (nats) of the neighbors' classes: 0 where they share one. Skew of the number of "
      + "lists a sample of the bank stands in: above 1 or so, a few hubs serve very many queries; the "
      + "top hub stands in that many lists, and a share of the bank in none."
  }

  private var backOffSentence: String? {
    guard let layer = analysis.layers.last(where: { $0.backOff != nil }),
      let backOff = layer.backOff, let alone = backOff.points.first,
      let best = backOff.points.max(by: { $0.accuracy.count < $1.accuracy.count })
    else { return nil }
    guard best.accuracy.count > alone.accuracy.count else {
      return "The model alone is right in \(NumberStyle.percent(alone.accuracy.value)) of the "
        + "queries; backing off to the neighbors in \(layer.name) betters that at no threshold of "
        + "its confidence."
    }
    return
      "The model alone is right in \(NumberStyle.percent(alone.accuracy.value)) of the queries; "
      + "with the neighbors in \(layer.name) deciding below a confidence of "
      + "\(NumberStyle.loss(best.threshold)) (\(best.accuracyOfNeighbors.total) of \(best.accuracy.total)), "
      + "\(NumberStyle.percent(best.accuracy.value)) are. The threshold is the best of those tried "
      + "on these queries, so this is an upper end."
  }

  /// The neighbors of one query in every layer.
  private func list(of query: Int) -> String {
    let queries = analysis.queries
    var heading = "Query \(queries.ids[query])"
    if let label = queries.className(of: query) { heading += ", class \(label)" }
    if let model = queries.predictions?[query] { heading += ", predicted \(model)" }
    var table = TextTable(header: ["neighbor"] + analysis.layers.map(\.name))
    let shownCount = min(analysis.neighborCount, 10)
    for rank in 0..<shownCount {
      table.add(
        [String(rank + 1)]
          + analysis.layers.map { layer in
            let place = query * analysis.neighborCount + rank
            let row = Int(layer.lists.rows[place])
            let name = analysis.bankLabels.names[Int(analysis.bankLabels.indices[row])]
            return
              "\(analysis.bank.ids[row]) (\(name)) \(NumberStyle.loss(layer.lists.distances[place]))"
          })
    }
    let rest =
      shownCount < analysis.neighborCount
      ? "(\(shownCount) of \(analysis.neighborCount); neighbors.json has all)\n" : ""
    return heading + "; row id (class) and distance of its neighbors:\n\n" + table.text + rest
  }
}
