/// Equal differences are equally far apart.
package struct LinearScale: Scale, Hashable {
  package let domain: ClosedRange<Double>

  /// A domain without extent is widened around its value: a tenth of it, or 1 around zero.
  package init(_ domain: ClosedRange<Double>) {
    let extent = domain.upperBound - domain.lowerBound
    let size = max(abs(domain.lowerBound), abs(domain.upperBound))
    if extent > size * 1e-9, extent > 1e-300 {
      self.domain = domain
    } else {
      let slack = size > 1e-290 ? size * 0.1 : 0.5
      self.domain = domain.lowerBound - slack...domain.upperBound + slack
    }
  }

  /// The scale over the drawable values, 0…1 if there is none.
  package init(covering values: [Double]) {
    let drawable = values.filter(isDrawable)
    self.init((drawable.min() ?? 0)...(drawable.max() ?? 1))
  }

  package func position(of value: Double) -> Double? {
    guard isDrawable(value) else { return nil }
    return (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
  }

  package func ticks(about count: Int) -> [Tick] {
    let step = TickStep(dividing: domain, atMost: count)
    return step.ticks(at: step.multiples(in: domain))
  }

  /// The domain with a little room for the marks at its ends; it does not cross zero for that.
  var padded: LinearScale {
    let (lower, upper) = (domain.lowerBound, domain.upperBound)
    let pad = (upper - lower) * 0.02
    return LinearScale(
      (lower >= 0 ? max(0, lower - pad) : lower - pad)...(upper <= 0
        ? min(0, upper + pad) : upper + pad))
  }

  /// The domain widened to whole steps, of which it holds about `count`.
  package func nice(about count: Int) -> LinearScale {
    let step = TickStep(dividing: domain, atMost: count)
    let lower = step.value(step.floor(of: domain.lowerBound))
    return LinearScale(lower...step.value(step.ceiling(of: domain.upperBound)))
  }
}
