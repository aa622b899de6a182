/// Whether two numbers agree to a relative tolerance, or to an absolute one near 0.
public func isClose(
  _ value: Double, _ reference: Double, relative: Double, absolute: Double = 0
) -> Bool {
  abs(value - reference) <= max(relative * abs(reference), absolute)
}
