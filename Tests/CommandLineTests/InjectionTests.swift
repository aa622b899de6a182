import Activations
import Foundation
import TestSupport
import Testing

/// Names of layers, checkpoints, classes and samples are only ever shown: in no format does one act on
/// what shows it.
@Suite struct InjectionTests {
  private static let python = Python(having: "numpy, h5py")
  private let folder: TemporaryFolder

  private func text(_ name: String) throws -> String {
    String(decoding: try folder.contents(name), as: UTF8.self)
  }

  init() throws {
    folder = try TemporaryFolder()
  }

  private func make(_ name: String, shift: Double = 0) throws -> String {
    let script = Command.root.appendingPathComponent("Tests/CommandLineTests/Hostile/injection.py")
    let path = folder.path(name)
    let made = try #require(Self.python).run([script.path, path, "\(shift)"])
    try #require(made.status == 0, "\(made.errors)")
    return path
  }

  /// What every text has to be, whatever its format.
  private func check(_ text: String, _ place: String) {
    let controls = text.unicodeScalars.filter { $0.isInvisibleControl && $0 != "\n" }
    #expect(controls.isEmpty, "\(place): \(controls.prefix(5).map { $0.value })")
    for line in text.split(separator: "\n") {
      let isOurs = line.hasPrefix("::") && line.contains(" title=snn-analyze check")
      #expect(isOurs || !line.hasPrefix("::"), "\(place): \(line.prefix(100))")
    }
  }

  private func checkFiles(in output: String) throws {
    let root = folder.path(output)
    let names = try Command.results(in: root)
    #expect(names.count > 2)
    for name in names {
      #expect(!name.unicodeScalars.contains { $0.isInvisibleControl || $0 == "<" || $0 == "=" })
      guard
        name.range(of: #"\.(txt|json|csv|svg|html|xml|md)$"#, options: .regularExpression) != nil
      else { continue }
      let text = try text("\(output)/\(name)")
      check(text, name)
      if name.hasSuffix(".html") || name.hasSuffix(".svg") || name.hasSuffix(".xml") {
        #expect(!text.contains("<script>alert") && !text.contains("<b>\n"), "\(name)")
      }
      if name.hasSuffix(".csv") { checkCells(text, name) }
      if name.hasSuffix(".json") {
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
      }
    }
  }

  /// Every cell is closed, and none is a formula.
  private func checkCells(_ text: String, _ place: String) {
    var cells: [String] = []
    var cell = ""
    var isQuoted = false
    var width: Int?
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"":
        isQuoted.toggle()
      case "," where !isQuoted, "\n" where !isQuoted:
        cells.append(cell)
        cell = ""
        guard scalar == "\n" else { continue }
        #expect(width == nil || width == cells.count, "\(place): \(cells)")
        width = cells.count
        for cell in cells where Double(cell) == nil {
          #expect(!"=+-@".contains(cell.first ?? " "), "\(place): \(cell)")
        }
        cells = []
      default: cell.unicodeScalars.append(scalar)
      }
    }
    #expect(!isQuoted && cell.isEmpty, "\(place)")
  }

  @Test(
    "No name of a file acts on a terminal, a log, a page, a spreadsheet or the file system",
    .enabled(if: python != nil, "needs python3 with numpy and h5py; SNN_PYTHON may name it"))
  func names() throws {
    let file = try make("act.h5")
    let other = try make("other.h5", shift: 0.4)
    let outcomes = try [
      [
        file, "--output", "report", "--compute",
        "curve,minimum,perplexity,map,intervals,classes,samples,permutations,resamples",
        "--formats", "text,json,csv,svg,html",
      ],
      ["inspect", file], ["inspect", file, "--json"],
      ["compare", "a=" + file, "b=" + other, "--output", "compare"],
      ["baseline", file, "--output", "baseline.json"],
      ["check", other, "--baseline", "baseline.json", "--output", "check"],
      ["neighbors", file, "--bank", other, "--checkpoints", "epoch_1", "--output", "neighbors"],
    ].map { try Command.run($0, in: folder.url) }
    #expect(outcomes.dropLast(2).allSatisfy { $0.status == 0 }, "\(outcomes.map(\.errors))")
    for (index, outcome) in outcomes.enumerated() {
      check(outcome.output, "output \(index)")
      check(outcome.errors, "errors \(index)")
    }
    for output in ["report", "compare", "check"] { try checkFiles(in: output) }
    let left = Set(folder.names).subtracting(
      ["act.h5", "other.h5", "report", "compare", "baseline.json", "baseline.samples", "check"])
    #expect(left.allSatisfy { $0.hasPrefix("baseline") || $0 == "neighbors" }, "\(left)")
  }

  @Test("Names in a refusal are shown, and quoted as a shell takes them")
  func refusals() throws {
    let path = folder.path("it's\n\u{1b}[31m.h5")
    try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: path))
    let outcome = try Command.run([path, "--output", folder.path("out")])
    #expect(outcome.status == 2)
    check(outcome.errors, "errors")
    #expect(outcome.errors.contains("it's␊␛[31m.h5: "))
  }
}
