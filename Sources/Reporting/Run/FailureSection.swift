internal import Entanglement

/// Layers that could not be computed, and why.
struct FailureSection: ReportSection {
  private let reported: ReportedHistory
  private var failures: [LayerFailure] { reported.history.failures }

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  func text(width: Int, color: Bool) -> String {
    failures.isEmpty
      ? ""
      : "Failed:\n" + failures.map { "  \($0.checkpoint) \($0.layer): \($0.reason)\n" }.joined()
  }

  /// How many there are; the table below has each.
  var lines: [String] {
    failures.isEmpty
      ? [] : ["\(NumberStyle.count(failures.count, "layer")) could not be computed: see Failed."]
  }

  var arrays: [ReportArray] {
    guard !failures.isEmpty else { return [] }
    let records = failures.map { failure in
      JSONValue.record(
        [("checkpoint", .string(failure.checkpoint)), ("layer", .string(failure.layer))]
          + reported.labelingMember + [("reason", .string(failure.reason))])
    }
    return [ReportArray(name: "failed", records: records, isLate: true)]
  }

  var pageTables: [PageTable] {
    [
      PageTable(
        id: "failed", title: "Failed",
        columns: [.init(name: "checkpoint"), .init(name: "layer"), .init(name: "reason")],
        rows: failures.map { [.init($0.checkpoint), .init($0.layer), .init($0.reason)] },
        caption: "Layers that could not be computed.")
    ]
  }
}
