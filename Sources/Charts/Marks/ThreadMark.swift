/// The lines that a line stands for, thin and without markers.
struct ThreadMark: Mark {
  let series: Series
  let appearance: SeriesAppearance

  func elements(in frame: Frame) -> [SVGElement] {
    let path = series.threads.flatMap { values in
      LineMark.runs(zip(series.points, values).map { frame.place($0.x, $1) })
        .filter { $0.count > 1 }.map { SVGValue.path($0).text }
    }
    guard !path.isEmpty else { return [] }
    return [
      appearance.stroked(SVGElement("path", ["class": "threads", "d": .text(path.joined())]))
        .with("stroke-width", .number(appearance.width * 0.4))
        .with("stroke-opacity", "0.5")
    ]
  }
}

/// Points that are no line: the values of each as dots, the mean filled beside them, its bounds a
/// whisker.
struct StripMark: Mark {
  let series: Series
  let appearance: SeriesAppearance

  func elements(in frame: Frame) -> [SVGElement] {
    let radius = appearance.width * 1.9
    // Dots to the left of the mean, so that neither hides the other.
    let aside = radius * 2.4
    var dots: [SVGElement] = []
    var means: [SVGElement] = []
    for (index, point) in series.points.enumerated() {
      for thread in series.threads {
        guard index < thread.count, let place = frame.place(point.x, thread[index]) else {
          continue
        }
        dots.append(
          MarkerShape.circle.element(
            at: Place(x: place.x - aside, y: place.y), radius: radius * 0.7, fill: appearance.color
          ).with("fill-opacity", "0.45"))
      }
      guard let place = frame.place(point.x, point.y) else { continue }
      if index < series.band.count, let bounds = series.band[index],
        let top = frame.place(point.x, bounds.upperBound)
      {
        // On a logarithmic axis what reaches to 0 has no end.
        let end =
          frame.place(point.x, bounds.lowerBound) ?? Place(x: place.x, y: frame.bottom)
        means.append(
          SVGElement.line(
            place.x, top.y, place.x, end.y, stroke: appearance.color, width: appearance.width
          ).with("class", "whisker"))
      }
      means.append(appearance.shape.element(at: place, radius: radius, fill: appearance.color))
    }
    return dots + means
  }
}
