/// Of the program and its libraries.
package enum Version {
  /// What --version prints and every report names.
  package static let current = "0.1.0"
}
