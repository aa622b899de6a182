/// Filled markers for the points that the figure is about, each with a tooltip.
struct EmphasisMark: Mark {
  let points: [Series.Emphasis]
  let appearance: SeriesAppearance
  let seriesName: String

  func elements(in frame: Frame) -> [SVGElement] {
    points.compactMap { point in
      guard let place = frame.place(point.x, point.y), frame.contains(place) else { return nil }
      let values = "\(NumberText.significant(point.x)), \(NumberText.significant(point.y))"
      return appearance.emphasised(place, shape: appearance.shape)
        .adding(SVGElement("title", text: point.note ?? "\(seriesName): \(values)"))
    }
  }
}
