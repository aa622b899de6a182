internal import Charts
internal import Entanglement

/// What the page's part to explore is drawn from: the loss of every layer at every checkpoint and
/// temperature of the curve, in four digits.
///
/// Only where all curves share their temperatures, relative to the layers' mean distances or in the unit
/// of the distance: one control is to move all of them.
struct CurveExplorer {
  /// One for each labeling.
  private let sets: [JSONValue]
  /// More numbers than this would weigh too much for a page; checkpoints are left out then, evenly.
  private static let mostNumbers = 36_000

  /// nil where there is nothing to move: a single temperature.
  init?(_ histories: [EntanglementHistory], look: FigureLook) {
    var sets: [JSONValue] = []
    for history in histories {
      guard let set = Self.set(ReportedHistory(history, look: look)) else { return nil }
      sets.append(set)
    }
    guard !sets.isEmpty else { return nil }
    self.sets = sets
  }

  /// Of the section: without a script it says so.
  var body: String {
    let data = JSONValue.array(sets).text.replacing("<", with: "\\u003c")
    return """
      <noscript><p>This part needs a script; the figures below are complete without.</p></noscript>
      <div id="explorer" hidden></div>
      <script type="application/json" id="explorer-data">
      \(data)</script>

      """
  }

  private static func set(_ reported: ReportedHistory) -> JSONValue? {
    let layers = reported.layers
    guard let temperatures = sharedTemperatures(layers), temperatures.values.count > 1 else {
      return nil
    }
    let names = reported.layerNames
    let perCheckpoint = max(1, names.count * temperatures.values.count)
    let shown = (0..<reported.profiles.count).spread(into: max(2, mostNumbers / perCheckpoint))
    let colors = names.indices.map {
      ColorRamp.lines(names.count > 1 ? Double($0) / Double(names.count - 1) : 0.25)
    }
    let losses = shown.map { index -> JSONValue in
      let profile = reported.profiles[index]
      return .array(
        names.map { name in
          guard let layer = profile.layers.first(where: { $0.name == name })?.entanglement else {
            return .null
          }
          return .array(layer.curve.map { number($0.loss) })
        })
    }
    let chance = layers.map(\.chance).max() ?? 0
    return .record([
      ("name", .string(reported.history.labeling ?? "")),
      (
        "axis",
        .string(temperatures.isRelative ? "temperature T / mean distance" : "temperature T")
      ),
      ("temperatures", .array(temperatures.values.map(number))),
      ("layers", .array(names.map(JSONValue.string))),
      ("colors", .array(colors.map { .string($0.hex) })),
      ("darkColors", .array(colors.map { .string($0.onDark.hex) })),
      ("noun", .string(reported.noun)),
      ("checkpoints", .array(shown.map { .string(reported.profiles[$0].checkpoint) })),
      ("leftOut", .integer(reported.profiles.count - shown.count)),
      ("chance", number(chance)),
      ("top", number(CurveSection.lossAxis(reported.profiles).top)),
      ("losses", .array(losses)),
    ])
  }

  /// Those of every curve; nil where they differ.
  private static func sharedTemperatures(
    _ layers: [LayerEntanglement]
  ) -> (values: [Double], isRelative: Bool)? {
    guard let first = layers.first else { return nil }
    func areShared(_ value: KeyPath<CurvePoint, Double>) -> Bool {
      let expected = first.curve.map { $0[keyPath: value] }
      return layers.allSatisfy { layer in
        layer.curve.count == expected.count
          && zip(layer.curve, expected).allSatisfy {
            abs($0[keyPath: value] - $1) <= 1e-9 * abs($1)
          }
      }
    }
    if areShared(\.relativeTemperature) { return (first.curve.map(\.relativeTemperature), true) }
    return areShared(\.temperature) ? (first.curve.map(\.temperature), false) : nil
  }

  /// Four digits: more are not seen.
  private static func number(_ value: Double) -> JSONValue {
    guard abs(value) > 1e-200 else { return .integer(0) }
    var (magnitude, factor) = (abs(value), 1.0)
    while magnitude < 1000 { (magnitude, factor) = (magnitude * 10, factor * 10) }
    while magnitude >= 10_000 { (magnitude, factor) = (magnitude / 10, factor / 10) }
    return .number((value * factor).rounded() / factor)
  }
}
