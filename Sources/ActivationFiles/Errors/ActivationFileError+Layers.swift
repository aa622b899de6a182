// Every sentence about one layer.
extension ActivationFileError {
  static func unreadable(_ site: DatasetSite, because obstacle: String) -> Self {
    Self(site, obstacle + (site.layer == nil ? "." : ", \(site.remedy)."))
  }

  static func obstructed(file: String, path: String, _ obstacle: String) -> Self {
    Self(file: file, "\(path) \(obstacle).")
  }

  static func withoutDataspace(_ site: DatasetSite) -> Self {
    Self(site, "has a NULL dataspace: it holds no values. Export it again, \(site.remedy).")
  }

  static func unsupportedType(_ site: DatasetSite, _ type: String) -> Self {
    Self(
      site,
      "holds values of type \(type), which cannot be read as numbers. Store it as float16, "
        + "float32 or float64, \(site.remedy).")
  }

  static func tooManyAxes(_ site: DatasetSite, _ rank: Int) -> Self {
    Self(
      site, "has \(rank) axes; at most 8 can be read. Flatten it before storing, \(site.remedy).")
  }

  static func zeroRows(_ site: DatasetSite) -> Self {
    Self(site, "has zero rows: no sample was stored. Export it again, \(site.remedy).")
  }

  static func zeroColumns(_ site: DatasetSite, _ shape: [Int]) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents): its samples have zero features. Export it again, "
        + "\(site.remedy).")
  }

  static func implausibleSize(_ site: DatasetSite, _ shape: [Int]) -> Self {
    Self(
      site,
      "claims the shape \(shape.asExtents), more than its file can hold. The file is damaged: "
        + "copy or export it again, \(site.remedy).")
  }

  static func isTooLargeToTrainOn(_ site: DatasetSite, _ shape: [Int]) -> Self {
    Self(
      site,
      "has the shape \(shape.asExtents), too much for the memory there is. Take a part of the "
        + "samples, \(site.remedy).")
  }

  static func externalStorage(_ site: DatasetSite) -> Self {
    Self(
      site,
      "keeps its values in another file (external storage), which is not followed. Store it "
        + "inside with h5repack -l CONTI in.h5 out.h5, allow it with --follow-external, "
        + "\(site.remedy).")
  }

  static func virtualDataset(_ site: DatasetSite, sources: [String]) -> Self {
    Self(
      site,
      "is a virtual dataset made of \(sources.listed(limit: 3)), which is not followed. Store the "
        + "values themselves, allow it with --follow-external, \(site.remedy).")
  }

  static func sourceIsMissing(_ site: DatasetSite, _ source: String) -> Self {
    Self(
      site,
      "takes its values from \(source), which is not there. Put the file where it was when this "
        + "one was written, \(site.remedy).")
  }

  /// - Parameter fault: the source and what is wrong with it.
  static func sourceIsUnfit(_ site: DatasetSite, _ fault: String) -> Self {
    Self(
      site,
      "takes its values from \(fault). Write the sources and it again, \(site.remedy).")
  }

  static func neverWritten(_ site: DatasetSite) -> Self {
    Self(
      site,
      "was created but never written. Was the export interrupted? Export it again, "
        + "\(site.remedy).")
  }

  static func rowsWereNeverWritten(
    _ site: DatasetSite, _ rows: Range<Int>, of rowCount: Int
  ) -> Self {
    let last = rows.upperBound - 1
    let which = rows.count > 1 ? "rows \(rows.lowerBound) to \(last) were" : "row \(last) was"
    return Self(
      site,
      "has \(rowCount.asRowCount), but \(which) never written and hold\(rows.count > 1 ? "" : "s") "
        + "fill values. Was the export interrupted? Export it again"
        + (rows.lowerBound > 0
          ? ", say --count \(rows.lowerBound) if no more rows count" : "")
        + ", \(site.remedy).")
  }

  /// - Parameters:
  ///   - rows: where, if that is known.
  ///   - reason: how it shows: `-32768 is its _FillValue`.
  static func valuesAreMissing(
    _ site: DatasetSite, rows: [Int], because reason: String
  ) -> Self {
    Self(
      site,
      "lacks values\(rows.isEmpty ? "" : " in \(rows.asRows)"): \(reason). Store samples that are "
        + "whole, \(site.remedy).")
  }

  /// - Parameter value: as it is stored.
  static func valueIsInexact(_ site: DatasetSite, row: Int, value: String) -> Self {
    Self(
      site,
      "has \(value) in row \(row), which a double does not hold: beyond 2^53 integers would be "
        + "rounded. Store differences from a common value, or floats, \(site.remedy).")
  }

  static func hasMask(_ site: DatasetSite) -> Self {
    Self(
      site,
      "is a nullable array with a mask, which is read as labels only. Store its values as plain "
        + "numbers, \(site.remedy).")
  }

  static func threeAxes(
    _ site: DatasetSite, _ shape: [Int], isPerSample: Bool = false,
    hasLabelsOfTokens: Bool = false
  ) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents), three axes. Say what a sample's features are with --pool: "
        + "mean, max, first or last over the middle axis, or flatten; or which axis counts layers "
        + "with --layer-axis\(isPerSample ? " (counted within a sample)" : ""), "
        + (hasLabelsOfTokens
          ? "or --tokens if every token is a sample, as the labels have it, " : "")
        + "\(site.remedy).",
      asks: true)
  }

  static func chunkIsTooLarge(_ site: DatasetSite, _ chunk: [Int], byteSize: Int) -> Self {
    Self(
      site,
      "has chunks of \(chunk.asExtents) (\(byteSize >> 20) MiB each), too large for the memory "
        + "limit. Raise --memory to \(max(1, byteSize >> 18)) MiB, write it in smaller chunks, "
        + "\(site.remedy).")
  }

  static func unsaidType(_ site: DatasetSite, _ type: ElementType) -> Self {
    let choices = type.choices.map { "--dtype \($0.rawValue)" }
    return Self(
      site,
      "holds values of type \(type.name), which may be bits of another type. Say "
        + "\(choices.dropLast().joined(separator: ", ")) or \(choices.last ?? ""), "
        + "\(site.remedy).", asks: true)
  }

  static func noSuchAxis(
    _ site: DatasetSite, option: String, axis: Int, _ shape: [Int]
  ) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents) in the file, and \(option) \(axis) is none of its axes that "
        + "are free. Axes are counted from 0, \(site.remedy).")
  }

  static func unknownSampleAxis(_ site: DatasetSite, _ counted: [Int], _ seen: [Int]) -> Self {
    let axes = counted.indices.filter { counted[$0] == seen.first }
    return Self(
      site,
      "has shape \(counted.asExtents), so its \(seen.first ?? 0) samples may be along "
        + axes.map { "axis \($0)" }.joined(separator: " or ")
        + ", and nothing in the file says which. Say --sample-axis \(axes.first ?? 0) if the rows "
        + "are samples, as in Python, else the other, \(site.remedy).", asks: true)
  }

  static func ambiguousLayerAxis(
    _ site: DatasetSite, _ shape: [Int], count: Int, axes: [Int]
  ) -> Self {
    let options = axes.map { "--layer-axis \($0)" }.joined(separator: " or ")
    return Self(
      site,
      "has shape \(shape.asExtents) and holds \(count) layers by its attribute num_layers, which "
        + "several axes may be. Say \(options), \(site.remedy).", asks: true)
  }

  static func tooManyLayers(
    _ site: DatasetSite, _ shape: [Int], axis: Int, limit: Int
  ) -> Self {
    Self(
      site,
      "has shape \(shape.asExtents), and axis \(axis) would be more than \(limit) layers. Correct "
        + "its attribute num_layers, or say --layer-axis, \(site.remedy).")
  }

  static func rowIsTooLarge(_ site: DatasetSite, byteSize: Int) -> Self {
    Self(
      site,
      "has rows of \(byteSize >> 20) MiB, too large for the memory limit. Raise --memory to "
        + "\(max(1, byteSize >> 18)) MiB, pool its features with --pool where it has more axes, "
        + "\(site.remedy).")
  }

  static func samplesVary(_ site: DatasetSite, _ isPerSample: Bool) -> Self {
    Self(
      site,
      "and the samples beside it differ in their number of positions, so they cannot be "
        + "flattened. Say --pool mean, max, first or last, or --layer-axis if an axis counts layers, "
        + "\(site.remedy).")
  }
}
