/// Tokens that are samples: of so many samples of as many tokens each, those that are no padding.
package struct TokenSelection: Sendable, Equatable {
  /// Samples as stored: sentences, documents.
  package let sampleCount: Int
  /// Tokens of a sample.
  package let perSample: Int
  /// The places of the tokens in samples × tokens, ascending.
  package let kept: [Int]
}
