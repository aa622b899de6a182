internal import Entanglement

/// What a report says of one quantity, in every format.
///
/// A quantity that is new has one file with its section, and its place in `Report.sections`. All
/// but the initialiser may be left out: a section has no part in a format that it does not speak
/// of.
protocol ReportSection: Sendable {
  init(_ reported: ReportedHistory)

  /// For a terminal: lines, each ended; empty where there is nothing to say.
  func text(width: Int, color: Bool) -> String

  /// Whether the text goes on below that of the section before, without an empty line.
  var continuesText: Bool { get }

  /// The members of a layer's record in `report.json`.
  func members(of layer: LayerProfile, at checkpoint: EntanglementProfile) -> [(String, JSONValue)]

  /// What `report.json` has beside the checkpoints.
  var arrays: [ReportArray] { get }

  /// Numbers of a layer at a checkpoint that are followed over the run, for TensorBoard.
  func scalars(of layer: LayerEntanglement) -> [TrackedScalar]

  /// Columns of `minima.csv`, which has a row for each layer at each checkpoint.
  var layerFields: [LayerColumn<String>] { get }

  /// Columns of the page's table of the same rows.
  var layerCells: [LayerColumn<HTMLText.Cell>] { get }

  /// Tables of its own, for CSV.
  var tables: [NamedTable] { get }

  /// Tables of its own, for the page.
  var pageTables: [PageTable] { get }

  /// Pictures, each with a table of its numbers.
  var figures: [Figure] { get }
}

extension ReportSection {
  func text(width: Int, color: Bool) -> String { "" }
  var continuesText: Bool { false }
  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] { [] }
  var arrays: [ReportArray] { [] }
  func scalars(of layer: LayerEntanglement) -> [TrackedScalar] { [] }
  var layerFields: [LayerColumn<String>] { [] }
  var layerCells: [LayerColumn<HTMLText.Cell>] { [] }
  var tables: [NamedTable] { [] }
  var pageTables: [PageTable] { [] }
  var figures: [Figure] { [] }
}

extension Report {
  /// Every section. Each format has them in this order; figures stand by their place first, and
  /// arrays beside the checkpoints by whether they come late.
  static let sections: [any ReportSection.Type] = [
    CurveSection.self, MinimumSection.self, MatchedSection.self, EstimateSection.self,
    MetricSection.self, ClassLossSection.self, ConfusionSection.self, ClassPairSection.self,
    ClassTreeSection.self,
    PermutationSection.self, DuplicateSection.self, ChangeSection.self, NoticeSection.self,
    ScheduleSection.self, SampleSizeSection.self, BatchSection.self,
    EntangledSampleSection.self, LabelSuspectSection.self, SampleMapSection.self,
    QuotationSection.self, FailureSection.self,
  ]
}

/// An array that stands in `report.json` beside the checkpoints. Those of several labelings are
/// one.
struct ReportArray {
  let name: String
  let records: [JSONValue]
  /// Whether it comes after those that are not.
  var isLate = false
}

/// A column of a table with a row for each layer at each checkpoint.
struct LayerColumn<Cell> {
  let name: String
  let cell: (LayerEntanglement) -> Cell
}
