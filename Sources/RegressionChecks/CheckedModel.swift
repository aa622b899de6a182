/// A model that is checked: its files, and the baseline that they are held against.
public struct CheckedModel: Sendable, Equatable {
  /// What reports call it; nil where one alone is checked and nobody named it.
  public let name: String?
  /// The paths as they were given.
  public let files: [String]
  /// The path of the baseline's document.
  public let baseline: String

  /// A model; the name tells it from others of one check.
  public init(name: String? = nil, files: [String], baseline: String) {
    self.name = name
    self.files = files
    self.baseline = baseline
  }
}
