/// Samples whose activations equal those of another to the last bit.
package struct Duplicates: Sendable, Equatable, Codable {
  /// Samples that equal another of their class.
  package let within: Int
  /// Samples that equal one of another class.
  package let across: Int

  package init(within: Int, across: Int) {
    self.within = within
    self.across = across
  }
}
