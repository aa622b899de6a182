import Activations
import Entanglement
import Foundation
import PairwiseDistances
import RegressionChecks
import Reporting
import Testing

@Suite struct FinitenessTests {
  /// A layer with everything that a layer can have.
  private static func layer() throws -> LayerEntanglement {
    let labels = ClassLabels((0..<30).map { Int64($0 % 3) })
    var values: [Float] = []
    for row in 0..<30 {
      values.append(Float(row * row % 31 + 9 * (row % 3)))
      values.append(Float(row * 7 % 13))
    }
    let settings = LossSettings(
      sweep: try TemperatureSweep([0.1, 1, 10], scale: .meanDistance),
      quantities: Set(LossSettings.Quantity.allCases), keepsInfluences: true,
      scheduledTemperature: 40, sampleSizes: SampleSizes([15], seed: 9),
      miniBatches: MiniBatches(size: 10, count: 3, seed: 9), identitySeed: 1)
    return try SoftNearestNeighborLoss(settings).entanglement(
      of: ActivationMatrix(sampleCount: 30, featureCount: 2, values: values), labels: labels)
  }

  @Test("NaN in any number of a layer's record keeps it out of a report, which says where it is")
  func everyNumber() throws {
    let layer = try Self.layer()
    #expect(layer.matched?.interval != nil && layer.structure != nil && layer.samples != nil)
    #expect(layer.influences?.matched != nil && layer.permutationNull != nil)
    #expect(layer.resamples != nil && layer.batches != nil && layer.identityChecks != nil)
    #expect(!layer.sampleSizes.isEmpty && layer.scheduled != nil && layer.minimum != nil)
    let options = ReportOptions(version: "1", title: "run")
    _ = try Report(History.single(layer), options: options)

    let record = try JSONSerialization.jsonObject(with: JSONEncoder().encode(layer))
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "+", negativeInfinity: "-", nan: "NaN")
    var planted: Set<String> = []
    for place in Self.numbers(of: record) {
      let data = try JSONSerialization.data(
        withJSONObject: Self.replacing(record, at: place[...]))
      // What takes no NaN is an integer.
      guard let layer = try? decoder.decode(LayerEntanglement.self, from: data) else { continue }
      let text = Self.text(place)
      #expect(
        throws: ReportError(checkpoint: "run", layer: "only", quantity: text), "\(text)"
      ) {
        try Report(History.single(layer), options: options)
      }
      planted.insert(Self.text(place.filter { $0 is String }))
    }
    #expect(
      planted.isSuperset(of: [
        "chance", "meanDistance", "curve.loss", "minimum.loss", "minimum.interval.lower",
        "matched.loss", "structure.confusion", "influences.matched", "samples.losses",
        "permutationNull.mean", "scheduled.slope", "sampleSizes.minimum.loss",
        "batches.curve.mean.loss",
      ]), "\(planted.sorted())")
  }

  /// Where the record has numbers: names of members and indices of elements.
  private static func numbers(of value: Any, at place: [Any] = []) -> [[Any]] {
    switch value {
    case let members as [String: Any]:
      members.sorted { $0.key < $1.key }.flatMap { numbers(of: $1, at: place + [$0]) }
    case let elements as [Any]:
      elements.enumerated().flatMap { numbers(of: $1, at: place + [$0]) }
    case is NSNumber: [place]
    default: []
    }
  }

  private static func replacing(_ value: Any, at place: ArraySlice<Any>) -> Any {
    guard let step = place.first else { return "NaN" }
    if var members = value as? [String: Any], let name = step as? String {
      members[name] = members[name].map { replacing($0, at: place.dropFirst()) }
      return members
    }
    guard var elements = value as? [Any], let index = step as? Int else { return value }
    elements[index] = replacing(elements[index], at: place.dropFirst())
    return elements
  }

  private static func text(_ place: [Any]) -> String {
    place.reduce(into: "") { text, step in
      if let name = step as? String { text += text.isEmpty ? name : "." + name }
      if let index = step as? Int { text += "[\(index)]" }
    }
  }

  private struct Record: Encodable {
    var name = "NaN"
    var numbers: [Double?] = [nil, 1]
    var table: [[Double]] = [[], [1, 2]]
    var named: [String: Float] = [:]
    var choice = Choice.number(1)

    enum Choice: Encodable {
      case nothing
      case number(Double)
    }
  }

  @Test("The walk goes through optionals, tables, dictionaries and enumerations")
  func kinds() {
    func found(_ change: (inout Record) -> Void) -> String? {
      var record = Record()
      change(&record)
      return FiniteWalk.firstNonFinite(in: record)
    }
    #expect(found { _ in } == nil)
    #expect(found { $0.numbers = [nil, .nan] } == "numbers[1]")
    #expect(found { $0.table = [[0, 1], [2, .infinity]] } == "table[1][1]")
    #expect(found { $0.named = ["a": -.infinity] } == "named.a")
    #expect(found { $0.choice = .number(.nan) } == "choice.number._0")
    #expect(found { $0.choice = .nothing } == nil)
    #expect(FiniteWalk.firstNonFinite(in: [1.0, .nan]) == "[1]")
  }

  @Test("The error says checkpoint, layer, number and how to mend")
  func wording() throws {
    let history = History.single(History.layer(loss: .nan))
    let error = #expect(throws: ReportError.self) {
      try Report(history, options: ReportOptions(version: "1", title: "run"))
    }
    #expect(
      error?.description
        == "Checkpoint run, layer only: curve[0].loss is not a finite number, so no report is "
        + "written. Leave out extreme temperatures with --relative-temperatures, or the layer with "
        + "--except only.")
    let comparison = RunComparison([
      NamedRun(name: "a", history: History.single(History.layer(loss: 1))),
      NamedRun(name: "b", history: history),
    ])
    #expect(throws: ReportError.self) {
      try ComparisonReport(comparison, options: ReportOptions(version: "1", title: "run"))
    }
  }

  @Test("Measurements with NaN are refused by the name of their quantity")
  func measurements() throws {
    func requireFinite(_ measurement: Entanglement.Measurement) throws {
      let layer = RunMeasurements.Layer(
        name: "only", activations: nil,
        measurements: LayerMeasurements(
          sampleCount: 1, featureCount: 1, outcomes: [.minimum: .measured(measurement)]))
      try Checks.run([layer]).requireFinite()
    }
    try requireFinite(Entanglement.Measurement(value: nil, influences: [1, -1]))
    #expect(throws: ReportError(checkpoint: "epoch_5", layer: "only", quantity: "minimum")) {
      try requireFinite(Entanglement.Measurement(value: .infinity))
    }
    #expect(
      throws: ReportError(
        checkpoint: "epoch_5", layer: "only", quantity: "minimum, influences[1],")
    ) {
      try requireFinite(Entanglement.Measurement(value: 1, influences: [0, .nan]))
    }
  }
}
