internal import Charts

/// The vertical axis of losses: it shows where the minima are and chance above them, not the cold
/// end of a sweep, where the loss runs to tens of nats.
struct LossAxis {
  let axis: Axis
  /// The largest loss that is shown.
  let top: Double

  init(label: String, minima: [Double], chance: Double) {
    let greatest = max(chance, minima.max() ?? 0)
    let least = minima.min() ?? 0
    // Losses far below chance would lie flat on a linear axis; below a thousandth of it they are
    // as good as 0, which a logarithmic one cannot show.
    if (minima.max() ?? 0) < 0.5 * greatest, least > 1e-3 * greatest {
      top = 1.25 * greatest
      axis = Axis(label: label, kind: .log, domain: 0.8 * least...top)
    } else if least > 0.5 * greatest, greatest > 0 {
      let extent = max(greatest - least, 0.02 * greatest)
      top = greatest + 0.15 * extent
      axis = Axis(label: label, domain: max(0, least - 0.15 * extent)...top)
    } else {
      top = max(1.1 * greatest, 1e-3)
      axis = Axis(label: label, domain: 0...top)
    }
  }
}
