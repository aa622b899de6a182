internal import Neighbors
internal import PairwiseDistances

/// The credibility of queries and outliers, for a person at a terminal.
struct OutlierText {
  private let analysis: OutlierAnalysis
  private let title: String

  init(_ analysis: OutlierAnalysis, title: String) {
    self.analysis = analysis
    self.title = title
  }

  func text(width: Int) -> String {
    var parts = [measured.wrapped(to: width)]
    let read = analysis.readings.map { NamedReading($0.name, $0.head) }.sentence
    if !read.isEmpty { parts.append(read.wrapped(to: width)) }
    if !found.isEmpty { parts.append(found.wrapped(to: width)) }
    if analysis.detections.isEmpty {
      parts.append(credibilities.wrapped(to: width))
    } else {
      parts += [table, legend.wrapped(to: width)]
      if let counts = analysis.byPrediction {
        parts += [byPrediction(counts).text, legendOfCounts(counts).wrapped(to: width)]
      }
      if !analysis.sets.isEmpty { parts.append(sets.text) }
    }
    parts += analysis.notices.map { $0.capitalizedFirst.wrapped(to: width) }
    if !analysis.tellsEveryClass {
      parts.append(
        ("The p-values of the \(analysis.classNames.count) classes are left out of outliers.csv and "
          + "outliers.json: they would take more than the limit of memory. Raise --memory to have "
          + "them.").wrapped(to: width))
    }
    return parts.joined(separator: "\n")
  }

  private var measured: String {
    let rule =
      analysis.pValue == .conformal ? "conformal p-values" : "p-values by the paper's rule"
    let calibration =
      analysis.calibration.share.map {
        "\(analysis.calibration.count) of the bank (a share of \(NumberStyle.loss($0)), seed "
          + "\(analysis.seed)) taken for calibration"
      } ?? "\(analysis.calibration.count) calibration samples"
    return
      "\(title): deep \(analysis.neighborCount)-nearest neighbors over "
      + "\(NumberStyle.count(analysis.layerNames.count, "layer")), bank of \(analysis.bankCount) "
      + "samples, \(calibration), \(analysis.distance.rawValue) distance, \(rule)."
  }

  private var found: String {
    var sentences: [String] = []
    if let accuracy = analysis.accuracy {
      sentences.append(
        "Of \(accuracy.total) labelled queries \(NumberStyle.percent(accuracy.value)) are predicted "
          + "right by their neighbors.")
    }
    if let joint = analysis.detections.last {
      let interval = joint.score.aurocInterval
      sentences.append(
        "Of \(joint.score.outlierCount) outliers against \(joint.score.inlierCount) queries, one of "
          + "the former has the lower credibility in \(NumberStyle.percent(joint.score.auroc)) of "
          + "pairs (95 % interval \(NumberStyle.percent(interval.bounds.lowerBound)) to "
          + "\(NumberStyle.percent(interval.bounds.upperBound))).")
    }
    let outside = analysis.detections.dropLast().filter {
      $0.meanNeighbors.outliers >= $0.meanNeighbors.queries
    }.compactMap(\.layer)
    if !outside.isEmpty {
      sentences.append(
        "In \(outside.joined(separator: ", ")) outliers have no fewer neighbors of the predicted "
          + "class than queries.")
    }
    return sentences.joined(separator: " ")
  }

  private var credibilities: String {
    let sorted = analysis.queries.credibilities.map(\.credibility).sorted()
    guard let least = sorted.first, let most = sorted.last else { return "" }
    let low = sorted.count { $0 <= 0.05 }
    return
      "Credibility runs from \(NumberStyle.loss(least)) to \(NumberStyle.loss(most)), the median is "
      + "\(NumberStyle.loss(sorted[sorted.count / 2])); \(low) of \(sorted.count) queries are at or "
      + "below 0.05. Give known outliers with --outliers to measure how well it tells them."
  }

  private var table: String {
    var table = TextTable(
      header: ["layer", "AUROC", "AUPR", "FPR at 95 % TPR", "neighbors in", "out"])
    for found in analysis.detections {
      table.add([
        found.layer ?? "all together",
        NumberStyle.estimate(found.score.auroc, found.score.aurocInterval.bounds),
        NumberStyle.estimate(found.score.averagePrecision, found.averagePrecisionInterval),
        NumberStyle.estimate(found.score.falsePositiveRateAt95, found.falsePositiveRateInterval),
        NumberStyle.fixed(found.meanNeighbors.queries, decimals: 1),
        NumberStyle.fixed(found.meanNeighbors.outliers, decimals: 1),
      ])
    }
    return table.text
  }

  private func byPrediction(_ counts: PredictedClassCounts) -> TextTable {
    var table = TextTable(
      header: [
        "network's class", "AUROC", "FPR at 95 % TPR", "neighbors in", "out", "joint class",
      ])
    for found in counts.detections {
      table.add([
        found.layers.name,
        NumberStyle.estimate(found.score.auroc, found.score.aurocInterval.bounds),
        NumberStyle.estimate(found.score.falsePositiveRateAt95, found.falsePositiveRateInterval),
        NumberStyle.fixed(found.meanNeighbors.queries, decimals: 1),
        NumberStyle.fixed(found.meanNeighbors.outliers, decimals: 1),
        NumberStyle.fixed(found.jointScore.auroc, decimals: 3),
      ])
    }
    return table
  }

  private func legendOfCounts(_ counts: PredictedClassCounts) -> String {
    let hidden =
      counts.hiddenLayers.count < analysis.layerNames.count
      ? " Hidden layers: \(counts.hiddenLayers.joined(separator: ", "))." : ""
    return
      "Here the score is how few of the \(analysis.neighborCount) neighbors are of the class that the "
      + "network predicts, summed over layers; joint class: the AUROC of the same with the class that "
      + "all layers' neighbors support best.\(hidden)"
  }

  /// A row a set of outliers.
  private var sets: TextTable {
    let hasCounts = analysis.byPrediction != nil
    var table = TextTable(
      header: ["outliers", "count", "AUROC"]
        + (hasCounts ? ["network's class, hidden", "all"] : []))
    func area(_ counts: PredictedClassCounts?, _ layers: PredictedClassCounts.Layers) -> String {
      counts?.detections.first { $0.layers == layers }
        .map { NumberStyle.estimate($0.score.auroc, $0.score.aurocInterval.bounds) } ?? ""
    }
    for set in analysis.sets {
      table.add(
        [
          set.name, String(set.count),
          NumberStyle.estimate(set.joint.score.auroc, set.joint.score.aurocInterval.bounds),
        ]
          + (hasCounts ? [area(set.byPrediction, .hidden), area(set.byPrediction, .all)] : []))
    }
    return table
  }

  private var legend: String {
    let methods = Set(analysis.detections.map { $0.score.aurocInterval.method })
    let area =
      methods.contains(.newcombe)
      ? "DeLong, or Newcombe where the sides are parted wholly" : "DeLong"
    return
      "Outliers are the positives, the score is 1 − credibility, ties count half. 95 % intervals: "
      + "AUROC after \(area); AUPR and FPR by a stratified bootstrap. Neighbors: mean number of the "
      + "\(analysis.neighborCount) that are of the predicted class, among queries and among "
      + "outliers."
  }
}
