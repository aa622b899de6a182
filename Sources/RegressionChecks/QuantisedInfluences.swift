/// The influences of the samples on one number in 16 bits each: U_j ≈ scale · step_j.
///
/// The error of an influence is at most scale/2 = max |U|/65534, which moves a standard error by
/// less than 1e-3 of itself.
package struct QuantisedInfluences: Sendable, Equatable {
  package let scale: Double
  package let steps: [Int16]

  package init(scale: Double, steps: [Int16]) {
    self.scale = scale
    self.steps = steps
  }

  /// - Precondition: finite influences.
  package init(_ influences: [Double]) {
    let largest = influences.map(abs).max() ?? 0
    let scale = largest / Double(Int16.max)
    self.scale = scale
    steps = influences.map { scale > 0 ? Int16(($0 / scale).rounded()) : 0 }
  }

  package var influences: [Double] { steps.map { Double($0) * scale } }
}
