internal import Charts

/// The vertical axis of losses: it shows where the minima are and chance above them, not the cold
/// end of a sweep, where the loss runs to tens of nats.
struct LossAxis {
  let axis: Axis
  /// The largest loss that is shown.
  let top: Double

  /// - Parameters:
  ///   - bands: What is drawn around the minima.
  ///   - isCarried: Whether a handful of samples carries some of them far above all others.
  init(
    label: String, minima: [Double], chance: Double, bands: [ClosedRange<Double>?] = [],
    isCarried: Bool = false
  ) {
    let greatest = max(chance, minima.max() ?? 0)
    let least = min(minima.min() ?? 0, chance)
    let bands = bands.compactMap(\.self)
    let highest = max(greatest, bands.map(\.upperBound).max() ?? 0)
    // It would flatten all others on a linear axis.
    if isCarried, greatest > 2 * chance || chance == minima.max(), greatest > 0 {
      top = 1.25 * highest
      axis = Axis(label: label, kind: .log, domain: 0.8 * max(least, 1e-3 * greatest)...top)
      return
    }
    // Losses far below chance would lie flat on a linear axis; below a thousandth of it they are
    // as good as 0, which a logarithmic one cannot show.
    if (minima.max() ?? 0) < 0.5 * greatest, least > 1e-3 * greatest {
      top = 1.25 * highest
      axis = Axis(label: label, kind: .log, domain: 0.8 * least...top)
    } else if least > 0.5 * greatest, greatest > 0 {
      let lowest = min(least, bands.map(\.lowerBound).min() ?? least)
      let extent = max(highest - lowest, 0.02 * highest)
      top = highest + 0.15 * extent
      axis = Axis(label: label, domain: max(0, lowest - 0.15 * extent)...top)
    } else {
      top = max(1.1 * greatest, 1.02 * highest, 1e-3)
      axis = Axis(label: label, domain: 0...top)
    }
  }
}
