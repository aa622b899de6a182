internal import Activations
package import Entanglement
package import Platform
package import RegressionChecks

/// What a layer came to, as a file: an entry of the cache under one labeling, a unit of a divided run
/// under all of them. The one format in which a result waits for the report that it becomes part of.
///
/// The first line is the fingerprint of the rest, which is JSON. A file that is damaged does not match
/// it; one that was put in the place of another does not have the key that is looked for.
package struct StoredLayer: Sendable, Equatable, Codable {
  /// The fingerprint of all that decides the result.
  package let key: String
  /// Of the values that were read: one for labelings that look at the same rows; empty where the key
  /// has it.
  package let values: [String]
  /// By labeling; none where the layer was measured for a gate.
  package let outcomes: [Outcome]
  /// What is held against a baseline; nil where the layer is for a report.
  package let measured: RunMeasurements.Layer?

  /// What one labeling came to.
  package enum Outcome: Sendable, Equatable, Codable {
    case computed(LayerEntanglement, projection: SampleProjection?)
    /// Why the layer cannot be computed: a sentence for a reader.
    case failed(String)
  }

  /// Why data are no stored layer.
  package enum Refusal: Error, Equatable {
    /// Not to the end what was written, or never a stored layer.
    case damaged
    /// Written by another version of the program.
    case otherSchema(String)
  }

  static let schema = "snn-analyze/layer/1"

  private struct Document: Codable {
    let schema: String
    let layer: StoredLayer
  }

  private struct Head: Decodable {
    let schema: String
  }

  /// The same bytes for the same layer.
  /// - Throws: Where a number is NaN or infinite, which no report shows.
  package func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let body = try encoder.encode(Document(schema: Self.schema, layer: self))
    return Data((Self.fingerprint(of: body) + "\n").utf8) + body
  }

  package init(decoding data: Data) throws(Refusal) {
    guard let end = data.firstIndex(of: UInt8(ascii: "\n")),
      String(decoding: data[..<end], as: UTF8.self) == Self.fingerprint(of: data[(end + 1)...]),
      let head = try? JSONDecoder().decode(Head.self, from: data[(end + 1)...])
    else { throw .damaged }
    guard head.schema == Self.schema else { throw .otherSchema(head.schema) }
    guard let document = try? JSONDecoder().decode(Document.self, from: data[(end + 1)...])
    else { throw .damaged }
    self = document.layer
  }

  package init(
    key: String, values: [String] = [], outcomes: [Outcome],
    measured: RunMeasurements.Layer? = nil
  ) {
    self.measured = measured
    self.key = key
    self.values = values
    self.outcomes = outcomes
  }

  private static func fingerprint(of data: Data) -> String {
    var digest = ContentDigest()
    data.withUnsafeBytes { digest.add($0) }
    return "\(digest)"
  }
}

/// A file that is whole or is not there: written under a name that nobody else has, and renamed.
enum WholeFile {
  /// - Parameters:
  ///   - staging: A folder of the same file system.
  ///   - isDurable: Whether it is to outlast a failure of the machine.
  /// - Returns: nil, or why it could not be written; nothing is left then.
  static func write(
    _ data: Data, to path: String, stagedIn staging: String, isDurable: Bool = false
  ) -> String? {
    let staged =
      staging + "/.\(path.split(separator: "/").last ?? "").\(getpid())-"
      + String(UInt64.random(in: .min ... .max), radix: 36)
    let descriptor = open(staged, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return systemError() }
    let isWritten =
      data.withUnsafeBytes { FileDescriptor.write($0, to: descriptor) }
      && (!isDurable || fsync(descriptor) == 0)
    var reason = isWritten ? nil : systemError()
    if close(descriptor) != 0 { reason = reason ?? systemError() }
    if reason == nil, rename(staged, path) != 0 { reason = systemError() }
    if reason != nil { unlink(staged) }
    return reason
  }
}
