/// A line through points in order, broken where a point has no place.
struct LineMark: Mark {
  let series: Series
  let appearance: SeriesAppearance

  func elements(in frame: Frame) -> [SVGElement] {
    let runs = LineMark.runs(series.points.map { frame.place($0.x, $0.y) })
    let lines = runs.filter { $0.count > 1 }
    var elements: [SVGElement] = []
    let path = lines.map {
      series.isSmooth ? LineMark.smooth($0, in: frame) : SVGValue.path($0).text
    }.joined()
    if !path.isEmpty {
      elements.append(appearance.stroked(SVGElement("path", ["class": "line", "d": .text(path)])))
    }
    // A point alone between two gaps is a line of no length, which would not be seen.
    let lone = runs.filter { $0.count == 1 }
    let markers = appearance.marksPoints ? lone + lines : lone
    return elements + markers.joined().filter(frame.contains).map(appearance.marked)
  }

  /// The stretches between gaps.
  static func runs(_ places: [Place?]) -> [[Place]] {
    places.split(whereSeparator: { $0 == nil }).map { $0.compactMap(\.self) }
  }

  /// The cubic through the places whose slope at each is Steffen's (1990): continuous, and monotone
  /// wherever the places are. So a piece lies between its ends, and one whose ends are both above the
  /// frame, or both below, is left out.
  static func smooth(_ places: [Place], in frame: Frame) -> String {
    let steps = zip(places, places.dropFirst()).map { Place(x: $1.x - $0.x, y: $1.y - $0.y) }
    guard places.count > 2, steps.allSatisfy({ $0.x > 0 }) else {
      return SVGValue.path(places).text
    }
    let slopes = steps.map { $0.y / $0.x }
    var tangents = zip(zip(steps, steps.dropFirst()), zip(slopes, slopes.dropFirst())).map {
      widths, slopes -> Double in
      let (before, after) = slopes
      guard before * after > 0 else { return 0 }
      let mean = (before * widths.1.x + after * widths.0.x) / (widths.0.x + widths.1.x)
      let size = min(abs(before), abs(after), abs(mean) / 2) * 2
      return before > 0 ? size : -size
    }
    func end(_ slope: Double, _ neighbor: Double) -> Double { (3 * slope - neighbor) / 2 }
    tangents.insert(end(slopes[0], tangents[0]), at: 0)
    tangents.append(end(slopes[slopes.count - 1], tangents[tangents.count - 1]))
    // A line is drawn around its path.
    let (top, bottom) = (frame.top - 10, frame.bottom + 10)
    var path = ""
    var isDrawn = false
    for index in steps.indices {
      let third = steps[index].x / 3
      let (start, end) = (places[index], places[index + 1])
      guard max(start.y, end.y) >= top, min(start.y, end.y) <= bottom else {
        isDrawn = false
        continue
      }
      if !isDrawn { path += SVGValue.path([start]).text }
      isDrawn = true
      let controls = [
        start.x + third, start.y + third * tangents[index],
        end.x - third, end.y - third * tangents[index + 1], end.x, end.y,
      ]
      path += "C" + SVGValue.numbers(controls).text
    }
    return path
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
        guard let upper = frame.place(point.x, bound.upperBound) else { return nil }
        // On a logarithmic axis what reaches to 0 has no end.
        return (
          frame.place(point.x, bound.lowerBound) ?? Place(x: upper.x, y: frame.bottom), upper
        )
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

/// What the pointer finds on a line: an unseen spot for each point, with a tooltip.
struct TooltipMark: Mark {
  let series: Series

  /// Whether there are so few points that a tooltip for each leaves a page of a handy size.
  static func areFew(_ series: [Series]) -> Bool {
    series.reduce(0) { $0 + $1.points.count } <= 1500
  }

  func elements(in frame: Frame) -> [SVGElement] {
    series.points.compactMap { point in
      guard let y = point.y, let place = frame.place(point.x, y), frame.contains(place) else {
        return nil
      }
      let note =
        point.note
        ?? "\(series.name): \(NumberText.significant(point.x)), \(NumberText.significant(y))"
      return SVGElement(
        "circle",
        [
          "class": "spot", "cx": .number(place.x), "cy": .number(place.y), "r": "4",
          "fill": "none", "pointer-events": "all",
        ], [SVGElement("title", text: note)])
    }
  }
}
