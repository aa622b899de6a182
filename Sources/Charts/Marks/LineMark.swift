/// A line through points in order, broken where a point has no place.
struct LineMark: Mark {
  let points: [Series.Point]
  let appearance: SeriesAppearance

  func elements(in frame: Frame) -> [SVGElement] {
    let runs = LineMark.runs(points.map { frame.place($0.x, $0.y) })
    let lines = runs.filter { $0.count > 1 }
    var elements: [SVGElement] = []
    if !lines.isEmpty {
      let path = lines.map { SVGValue.path($0).text }.joined()
      elements.append(
        appearance.stroked(SVGElement("path", ["class": "line", "d": .text(path)])))
    }
    // A point alone between two gaps is a line of no length, which would not be seen.
    let markers = appearance.marker == nil ? runs.filter { $0.count == 1 } : runs
    return elements + markers.joined().filter(frame.contains).map(appearance.marked)
  }

  /// The stretches between gaps.
  static func runs(_ places: [Place?]) -> [[Place]] {
    places.split(whereSeparator: { $0 == nil }).map { $0.compactMap(\.self) }
  }
}

/// The area between two bounds at each point, broken where there are none.
struct BandMark: Mark {
  let points: [Series.Point]
  let bounds: [ClosedRange<Double>?]
  let color: RGB

  func elements(in frame: Frame) -> [SVGElement] {
    let edges = zip(points, bounds).map { point, bound in
      bound.flatMap { bound -> (Place, Place)? in
        guard let lower = frame.place(point.x, bound.lowerBound),
          let upper = frame.place(point.x, bound.upperBound)
        else { return nil }
        return (lower, upper)
      }
    }
    let outlines = edges.split(whereSeparator: { $0 == nil }).map { run in
      let pairs = run.compactMap(\.self)
      return SVGValue.path(pairs.map(\.1) + pairs.reversed().map(\.0), closed: true).text
    }
    guard !outlines.isEmpty else { return [] }
    return [
      SVGElement(
        "path",
        [
          "class": "band", "d": .text(outlines.joined()), "fill": .color(color),
          "fill-opacity": "0.18", "stroke": "none",
        ])
    ]
  }
}
