/// The names of the clouds of a scatter chart, each at its cloud's median.
///
/// A name that meets another moves by no more than its own height, and a leader then joins it to the
/// median. Whichever class a reader takes a name for is right: a name without a leader is nearer to
/// the median, and to the mean, of its own cloud than to those of any other. Where one cannot stand so,
/// none do, and a legend names the colours.
struct CloudNames {
  /// nil where a legend is to name the clouds.
  let elements: [SVGElement]?

  private struct Cloud {
    let name: String
    /// nil of those that have no name.
    let color: RGB?
    let places: [Place]
    let median: Place
    let mean: Place

    /// nil for a group without a point in the frame.
    init?(_ group: ScatterChart.Group, in frame: Frame) {
      let places = group.points.compactMap { frame.place($0.x, $0.y) }
      guard !places.isEmpty else { return nil }
      func middle(_ value: (Place) -> Double) -> (median: Double, mean: Double) {
        let values = places.map(value).sorted()
        return (values[values.count / 2], values.reduce(0, +) / Double(values.count))
      }
      let (x, y) = (middle(\.x), middle(\.y))
      name = group.name
      color = group.color
      self.places = places
      median = Place(x: x.median, y: y.median)
      mean = Place(x: x.mean, y: y.mean)
    }
  }

  /// - Parameter groups: Those without a colour have no names.
  init(_ groups: [ScatterChart.Group], in frame: Frame) {
    let clouds = groups.compactMap { Cloud($0, in: frame) }
    // Leaders lie above the plates of names that have none.
    var (names, led): ([SVGElement], [SVGElement]) = ([], [])
    var taken: [Box] = []
    // The largest first: they are the ones whose names should not move.
    let order = clouds.indices.filter { clouds[$0].color != nil }.sorted {
      (clouds[$1].places.count, $0) < (clouds[$0].places.count, $1)
    }
    for index in order {
      guard let box = Self.box(of: index, among: clouds, beside: taken, in: frame) else {
        self.elements = nil
        return
      }
      taken.append(box)
      let drawn = Self.drawn(clouds[index], in: box, frame: frame)
      if box.leaderEnd == nil { names += drawn } else { led += drawn }
    }
    elements = names + led
  }

  private struct Box {
    let name: String
    let middle: Place
    let halfWidth: Double
    let halfHeight: Double
    /// Where its leader ends; nil where it has none.
    let leaderEnd: Place?

    /// Whether the other is on this one, or on the end of its leader.
    func meets(_ other: Box) -> Bool {
      covers(other.middle, within: other)
        || leaderEnd.map { other.covers($0) } ?? false
        || other.leaderEnd.map { covers($0) } ?? false
    }

    private func covers(_ place: Place, within other: Box? = nil) -> Bool {
      abs(middle.x - place.x) < halfWidth + (other?.halfWidth ?? 0)
        && abs(middle.y - place.y) < halfHeight + (other?.halfHeight ?? 0)
    }

    func lies(in frame: Frame) -> Bool {
      middle.x - halfWidth >= frame.left && middle.x + halfWidth <= frame.right
        && middle.y - halfHeight >= frame.top && middle.y + halfHeight <= frame.bottom
    }
  }

  /// Where a name stands: at the median, else above or below it where a leader shows.
  private static func box(
    of index: Int, among clouds: [Cloud], beside taken: [Box], in frame: Frame
  ) -> Box? {
    let size = frame.style.smallTextSize
    let height = size * 1.05
    let cloud = clouds[index]
    let name = TextMetrics.elided(cloud.name, toFit: frame.width * 0.4, size: size)
    // Two names that were cut to one text would not tell their clouds apart.
    guard !taken.contains(where: { $0.name == name }) else { return nil }
    let half = TextMetrics.width(of: name, size: size, bold: true) / 2 + size * 0.15
    for (right, down) in [(0.0, 0.0)] + moves {
      let hasLeader = (right, down) != (0, 0)
      let box = Box(
        name: name,
        middle: Place(
          x: cloud.median.x + right * height, y: cloud.median.y + down * height),
        halfWidth: half, halfHeight: height / 2, leaderEnd: hasLeader ? cloud.median : nil)
      if box.lies(in: frame), !taken.contains(where: box.meets),
        hasLeader || isNearest(cloud, of: clouds)
      {
        return box
      }
    }
    return nil
  }

  /// In heights of a name, none longer than one, and far enough up or down that a leader shows.
  private static let moves: [(right: Double, down: Double)] = [
    (0, -1), (0, 1), (-0.4, -0.9), (0.4, -0.9), (-0.4, 0.9), (0.4, 0.9), (-0.6, -0.8), (0.6, -0.8),
    (-0.6, 0.8), (0.6, 0.8),
  ]

  /// Whether the median of a cloud is nearer to its own mean than to another's, and on no other's
  /// median.
  private static func isNearest(_ cloud: Cloud, of clouds: [Cloud]) -> Bool {
    let own = cloud.median.distance(to: cloud.mean)
    return clouds.allSatisfy { other in
      other.name == cloud.name
        || cloud.median.distance(to: other.mean) > own
          && cloud.median.distance(to: other.median) > 0
    }
  }

  private static func drawn(_ cloud: Cloud, in box: Box, frame: Frame) -> [SVGElement] {
    let size = frame.style.smallTextSize
    let plate = SVGElement(
      "rect",
      [
        "class": "plate", "x": .number(box.middle.x - box.halfWidth),
        "y": .number(box.middle.y - box.halfHeight * 0.92), "width": .number(2 * box.halfWidth),
        "height": .number(box.halfHeight * 1.84), "rx": .number(size * 0.2),
        "fill": .color(.white), "fill-opacity": "0.78",
      ])
    let text = SVGElement.text(
      box.name, x: box.middle.x, middle: box.middle.y, size: size, anchor: .middle, bold: true)
    guard let end = box.leaderEnd else { return [plate, text] }
    let isAbove = box.middle.y < end.y
    let start = Place(
      x: box.middle.x, y: box.middle.y + (isAbove ? box.halfHeight : -box.halfHeight) * 0.8)
    let leader = SVGElement(
      "path",
      [
        "class": "leader", "d": .path([start, end]), "fill": "none",
        "stroke": .color(.ink), "stroke-width": .number(frame.style.axisWidth),
      ])
    let dot = SVGElement(
      "circle",
      [
        "class": "leader-end", "cx": .number(end.x), "cy": .number(end.y),
        "r": .number(size * 0.2), "fill": .color(cloud.color ?? .gray), "stroke": .color(.ink),
        "stroke-width": .number(frame.style.axisWidth * 0.75),
      ])
    return [plate, leader, dot, text]
  }
}

extension Place {
  fileprivate func distance(to other: Place) -> Double {
    ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot()
  }
}
