internal import Entanglement

/// What could not be said of layers, and why.
struct NoticeSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  /// Below the losses at the matched perplexity, which most are about.
  var continuesText: Bool { reported.lastLayers.contains { $0.entanglement.matched != nil } }

  func text(width: Int, color: Bool) -> String {
    lines.map { $0.wrapped(to: width) }.joined()
  }

  /// Each once, with the layers of the last checkpoint that it is about.
  var lines: [String] {
    guard let profile = reported.profiles.last else { return [] }
    let notices = profile.layers.flatMap { layer in
      Self.textNotices(layer, at: profile).map { (notice: $0, layer: layer.name) }
    }
    return notices.grouped(by: \.notice).map { notice, layers in
      let names = layers.map(\.layer)
      let list =
        names.count > 4
        ? names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
        : names.joined(separator: ", ")
      return "\(list): \(notice)"
    }
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    let notices = Self.notices(layer, at: checkpoint)
    return notices.isEmpty ? [] : [("notices", .array(notices.map(JSONValue.string)))]
  }

  private static func notices(_ layer: LayerProfile, at profile: EntanglementProfile) -> [String] {
    layer.entanglement.notices
      + [concentration(layer.entanglement, at: profile)].compactMap(\.self)
  }

  /// Those of `report.json`, and one that stands there beside the number it is about.
  private static func textNotices(
    _ layer: LayerProfile, at profile: EntanglementProfile
  ) -> [String] {
    notices(layer, at: profile) + [layer.entanglement.matched?.nullAbsence].compactMap(\.self)
  }

  /// That the mean at the matched perplexity is carried by a handful, and by which; nil where it is not.
  private static func concentration(
    _ layer: LayerEntanglement, at profile: EntanglementProfile
  ) -> String? {
    guard let matched = layer.matched, let spread = matched.spread, matched.isCarried else {
      return nil
    }
    let identity = profile.samples
    let names = spread.topRows.map { row -> String in
      guard let identity, identity.rows.indices.contains(row) else { return String(row) }
      return identity.ids?[row] ?? String(identity.rows[row])
    }
    let kind = identity?.ids == nil ? "row" : "sample"
    return "The mean at the matched perplexity is carried by a handful: "
      + "\(spread.topRows.count) of \(layer.anchorCount) samples hold "
      + "\(NumberStyle.fixed(100 * spread.heldByTopPercent, decimals: 0)) % of the sum (\(kind)"
      + "\(names.count == 1 ? "" : "s") \(names.prefix(mostNames).joined(separator: ", "))"
      + (names.count > mostNames ? " and \(names.count - mostNames) more" : "")
      + "), the median has \(NumberStyle.loss(spread.median)) nats. Look at these samples, and quote "
      + "the median beside the mean."
  }

  private static let mostNames = 8
}
