/// Samples whose activations equal those of another to the last bit.
public struct Duplicates: Sendable, Equatable, Codable {
  /// Samples that equal another of their class.
  public let within: Int
  /// Samples that equal one of another class.
  public let across: Int

  package init(within: Int, across: Int) {
    self.within = within
    self.across = across
  }
}
