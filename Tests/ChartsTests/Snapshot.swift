import Foundation
import TestSupport
import Testing

/// Compares a figure with the one that was committed.
///
/// A figure that differs is written beside its golden as `<name>-changed.svg`, to be looked at. Where
/// tests record (`Recording`) the figures become the goldens. A missing golden fails.
func expectGolden(
  _ svg: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Goldens")
  let golden = goldens.appendingPathComponent("\(name).svg")
  let changed = goldens.appendingPathComponent("\(name)-changed.svg")
  if Recording.isOn {
    try FileManager.default.createDirectory(at: goldens, withIntermediateDirectories: true)
    try Data(svg.utf8).write(to: golden)
    try? FileManager.default.removeItem(at: changed)
    return
  }
  guard let expected = try? String(contentsOf: golden, encoding: .utf8) else {
    Issue.record(
      "Goldens/\(name).svg is missing. Record it with SNN_RECORD=1 and look at it.",
      sourceLocation: sourceLocation)
    return
  }
  if svg == expected {
    try? FileManager.default.removeItem(at: changed)
  } else {
    try Data(svg.utf8).write(to: changed)
    Issue.record(
      "The figure differs from Goldens/\(name).svg. Look at \(name)-changed.svg beside it.",
      sourceLocation: sourceLocation)
  }
}
