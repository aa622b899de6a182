internal import Activations
internal import Entanglement
internal import Foundation
internal import PairwiseDistances

/// Finished layers, kept beside the output so that an interrupted run goes on where it was and a run
/// with one more checkpoint computes only that one.
///
/// An entry's name is the fingerprint of all that decides the result: the values and labels, what
/// is computed and how, and the program itself. An entry that is damaged, or that was put under
/// another's name, does not match the fingerprint of its name and text and is computed anew. Whatever
/// goes wrong with the cache, the run goes on without it.
struct ResultCache: Sendable {
  private let folder: String?
  private let program: String

  /// - Parameter folder: nil for no cache.
  init(folder: String?) {
    self.folder = folder
    program = folder == nil ? "" : Self.programDigest
    guard let folder else { return }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// The place of one result.
  struct Entry {
    /// nil for no cache.
    fileprivate let path: String?
    private let kept: LayerEntanglement?

    fileprivate init(path: String?) {
      self.path = path
      kept = path.flatMap(ResultCache.read)
    }

    var isKept: Bool { kept != nil }

    /// The result from the cache, or computed and kept.
    func result(
      orKeeping compute: () throws -> LayerEntanglement
    ) rethrows -> LayerEntanglement {
      if let kept { return kept }
      let result = try compute()
      if let path { ResultCache.write(result, to: path) }
      return result
    }
  }

  /// The places of a layer's results, one a labeling.
  func entries(
    of matrix: ActivationMatrix, labels: [ClassLabels], with loss: SoftNearestNeighborLoss
  ) -> [Entry] {
    entries(labels, loss) { $0.add(matrix) }
  }

  /// The same for a layer that is larger than memory, which is read once more for its fingerprint.
  ///
  /// The fingerprint goes row by row, so it does not depend on the limit of memory; it is not that of
  /// the layer in memory, whose entry is another.
  func entries(
    of source: some ActivationSource, labels: [ClassLabels], with loss: SoftNearestNeighborLoss
  ) throws -> [Entry] {
    try entries(labels, loss) {
      try $0.add(rowsOf: source, blockSize: min(loss.machine.memoryLimit / 8, 1 << 26))
    }
  }

  private func entries(
    _ labels: [ClassLabels], _ loss: SoftNearestNeighborLoss,
    addingValues add: (inout ContentDigest) throws -> Void
  ) rethrows -> [Entry] {
    guard let folder else { return labels.map { _ in Entry(path: nil) } }
    var values = ContentDigest()
    try add(&values)
    return labels.map { labels in
      var digest = ContentDigest()
      digest.add(program)
      digest.add(loss.settings.text)
      digest.add(loss.machine.instructionSet.rawValue)
      digest.add(labels)
      digest.add(loss.holdsClassTables(labels.names.count) ? "" : "no class tables")
      digest.add("\(values)")
      return Entry(path: folder + "/\(digest).json")
    }
  }

  fileprivate static func read(_ path: String) -> LayerEntanglement? {
    guard let data = FileManager.default.contents(atPath: path),
      let end = data.firstIndex(of: UInt8(ascii: "\n")),
      String(decoding: data[..<end], as: UTF8.self)
        == fingerprint(of: data[(end + 1)...], under: path)
    else { return nil }
    return try? JSONDecoder().decode(LayerEntanglement.self, from: data[(end + 1)...])
  }

  /// Written aside and renamed, so that an entry is whole or is not there.
  fileprivate static func write(_ result: LayerEntanglement, to path: String) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let body = try? encoder.encode(result) else { return }
    let text = Data((fingerprint(of: body, under: path) + "\n").utf8) + body
    let staged = path + ".\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    guard (try? text.write(to: URL(fileURLWithPath: staged))) != nil else {
      try? FileManager.default.removeItem(atPath: staged)
      return
    }
    if rename(staged, path) != 0 { try? FileManager.default.removeItem(atPath: staged) }
  }

  /// - Parameter path: The entry's, whose name is the fingerprint of what decides the result.
  private static func fingerprint(of data: Data, under path: String = "") -> String {
    var digest = ContentDigest()
    digest.add((path as NSString).lastPathComponent)
    data.withUnsafeBytes { digest.add($0) }
    return "\(digest)"
  }

  /// The fingerprint of the running program: another build's results are not this one's.
  private static var programDigest: String {
    guard let path = Bundle.main.executablePath,
      let data = FileManager.default.contents(atPath: path)
    else { return Version.current }
    return fingerprint(of: data)
  }
}
