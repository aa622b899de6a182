internal import Activations
internal import Platform

/// Of the program and its libraries.
package enum Version {
  /// What --version prints and every report names.
  package static let current = "0.1.0"

  /// The fingerprint of the running program: another build's results are not this one's, to the bit.
  static let build: String = {
    guard let path = FileSystem.programPath,
      let data = FileManager.default.contents(atPath: path)
    else { return current }
    var digest = ContentDigest()
    data.withUnsafeBytes { digest.add($0) }
    return "\(digest)"
  }()
}
