import Activations
import ElementaryFunctions
import Foundation
import TestSupport
import Testing

/// Against the C library, whose own error is below one unit in the last place.
@Suite struct ElementaryTests {
  /// Two units in the last place, at worst: half a unit is the C library's.
  private static let tolerance = 4.5e-16

  private static func sample(_ range: ClosedRange<Double>) -> [Double] {
    var generator = SplitMix64(seed: 7)
    return (0..<20_000).map { _ in Double.random(in: range, using: &generator) }
  }

  @Test("exp agrees over its whole range", arguments: [-708.0...709.7, -1.0...1.0, -1e-9...1e-9])
  func exponential(range: ClosedRange<Double>) {
    for x in Self.sample(range) {
      #expect(isClose(Elementary.exp(x), exp(x), relative: Self.tolerance), "exp(\(x))")
    }
  }

  @Test("The cosine of half turns agrees, is exact at the quarters and odd about the middle")
  func cosine() {
    for x in Self.sample(0...1) {
      // Near the zero at 1/2 the C library's argument πx is the one that is rounded.
      #expect(abs(Elementary.cosine(ofHalfTurns: x) - cos(.pi * x)) < 4.5e-16, "\(x)")
      #expect(
        Elementary.cosine(ofHalfTurns: 1 - x) == -Elementary.cosine(ofHalfTurns: x) || x < 0.5)
    }
    #expect([0, 0.5, 1].map(Elementary.cosine) == [1, 0, -1])
  }

  @Test("log agrees at every scale, and near 1")
  func logarithm() {
    for exponent in Self.sample(-1070...1023) {
      let x = exp2(exponent)
      #expect(isClose(Elementary.log(x), log(x), relative: Self.tolerance), "log(\(x))")
    }
    for x in Self.sample(0.5...2) {
      #expect(isClose(Elementary.log(x), log(x), relative: Self.tolerance), "log(\(x))")
    }
  }

  @Test("log1p keeps its relative precision near 0")
  func logarithmOfOnePlus() {
    for exponent in Self.sample(-1000...60) {
      for x in [exp2(exponent), -exp2(min(exponent, -1))] {
        #expect(isClose(Elementary.log1p(x), log1p(x), relative: Self.tolerance), "log1p(\(x))")
      }
    }
  }

  @Test("The ends of the ranges are 0, subnormal and infinite, as they should be")
  func ends() {
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.exp(-746) == 0)
    #expect(Elementary.exp(-745) == .leastNonzeroMagnitude)
    #expect(Elementary.exp(709.78).isFinite)
    #expect(Elementary.exp(710) == .infinity)
    #expect(Elementary.exp(.nan).isNaN)
    #expect(Elementary.log(1) == 0)
    #expect(Elementary.log(0) == -.infinity)
    #expect(Elementary.log(.infinity) == .infinity)
    #expect(Elementary.log1p(0) == 0)
    #expect(Elementary.log1p(1e-300) == 1e-300)
  }
}
