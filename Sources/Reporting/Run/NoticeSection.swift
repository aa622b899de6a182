internal import Entanglement

/// What could not be said of layers, and why.
struct NoticeSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  /// Below the losses at the matched perplexity, which most are about.
  var continuesText: Bool { reported.lastLayers.contains { $0.entanglement.matched != nil } }

  /// Each once, with the layers of the last checkpoint that it is about.
  func text(width: Int, color: Bool) -> String {
    let notices = reported.lastLayers.flatMap { layer in
      layer.entanglement.notices.map { (notice: $0, layer: layer.name) }
    }
    return notices.grouped(by: \.notice).map { notice, layers in
      let names = layers.map(\.layer)
      let list =
        names.count > 4
        ? names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
        : names.joined(separator: ", ")
      return "\(list): \(notice)".wrapped(to: width)
    }.joined()
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    let notices = layer.entanglement.notices
    return notices.isEmpty ? [] : [("notices", .array(notices.map(JSONValue.string)))]
  }
}
