import ActivationFiles
import Activations
import Foundation
import TestSupport
import Testing

/// The files of `Zoo`, one for each layout, type and filter that libraries and scripts write.
///
/// `Zoo/zoo.txt` has a section for each: what was typed, and what reading gives. To renew it after
/// a change that is meant: `SNN_RECORD=1 swift test -c release --filter ZooTests`, and read the
/// difference before it is committed.
@Suite("The zoo of files") struct ZooTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Zoo")
  private static let record = folder.appendingPathComponent("zoo.txt")

  /// Sections by what was typed, in order.
  private static func sections() throws -> [(typed: String, text: String)] {
    let text = try String(contentsOf: record, encoding: .utf8)
    return text.components(separatedBy: "== ").dropFirst().map { section in
      let lines = section.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(lines[0]), lines.count > 1 ? String(lines[1]) : "")
    }
  }

  @Test("Every file is read as its section says")
  func zoo() throws {
    let sections = try Self.sections()
    #expect(sections.count > 70)
    var renewed = ""
    for (typed, expected) in sections {
      let text = Specimen(typed, in: Self.folder.path).text
      if !Recording.isOn { #expect(text == expected.trimmed, "\(typed)") }
      renewed += "== \(typed)\n\(text)\n\n"
    }
    if Recording.isOn { try renewed.write(to: Self.record, atomically: true, encoding: .utf8) }
  }

  @Test("Every file of the zoo is in a section")
  func complete() throws {
    let typed = try Self.sections().map(\.typed).joined(separator: " ")
    let files = FileManager.default.enumerator(atPath: Self.folder.path)?.allObjects ?? []
    for case let file as String in files where file.contains("/") {
      let names = file.split(separator: "/")
      let isFolder =
        FileManager.default.enumerator(
          atPath: Self.folder.appendingPathComponent(file).path)?.nextObject() != nil
      guard !isFolder, (file as NSString).pathExtension != "" else { continue }
      // The file, or the folder it is in or below.
      let isNamed = (2...max(2, names.count)).contains { count in
        typed.contains(names.prefix(count).joined(separator: "/"))
      }
      #expect(isNamed, "\(file)")
    }
  }

  @Test(
    "Rows read alone are those of the whole",
    arguments: [
      "types/floats.h5", "filters/known.h5", "layouts/matlab.mat", "layouts/hidden_states.h5",
      "layouts/class_files", "layouts/pytables_table.h5", "layouts/few_shot.h5",
      "numpy/deflated.npz", "numpy/run",
    ])
  func rows(_ name: String) throws {
    let collection = try ActivationCollection(
      paths: [Self.folder.appendingPathComponent(name).path])
    for layer in collection.checkpoints[0].layers {
      let whole = try collection.activations(of: layer)
      for range in [0..<1, 2..<5, 0..<layer.sampleCount, 3..<layer.sampleCount, 4..<4] {
        let part = try collection.rows(range, of: layer)
        #expect(part.allValues == whole.rows(Array(range)).allValues, "\(layer.name) \(range)")
      }
    }
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// What one way of typing a file gives, as text.
private struct Specimen {
  private let folder: String
  private let paths: [String]
  private let options: ReadingOptions

  init(_ typed: String, in folder: String) {
    var paths: [String] = []
    var options = ReadingOptions()
    options.allowsSeveralSplits = true
    var words = typed.split(separator: " ").map(String.init)[...]
    while let word = words.popFirst() {
      func value() -> String { words.popFirst() ?? "" }
      switch word {
      case "--labels":
        let place = value()
        options.labels.append(
          place.contains(".") && place.contains("/") && !place.hasPrefix("/")
            ? "\(folder)/\(place)" : place)
      case "--pool": options.pooling = Pooling(rawValue: value())
      case "--channels": options.channels = Channels(rawValue: value())
      case "--split": options.split = value()
      case "--sample-axis": options.sampleAxis = Int(value())
      case "--layer-axis": options.layerAxis = Int(value())
      case "--dtype": options.storedType = StoredType(rawValue: value())
      case "--count": options.count = value()
      case "--order": options.order = LayerOrdering(rawValue: value())
      case "--each-file": options.fileContent = FileContent(rawValue: value())
      case "--each-group": options.groupContent = GroupContent(rawValue: value())
      case "--layers": options.layers.append(value())
      case "--except": options.except.append(value())
      case "--checkpoint-pattern": options.checkpointPattern = value()
      case "--per-sample": options.isPerSample = true
      case "--sample-order": options.sampleOrder = SampleOrdering(rawValue: value())
      case "--tokens": options.isPerToken = true
      case "--follow-external": options.followsOtherFiles = true
      case "--allow-missing": options.allowsMissing = true
      default: paths.append("\(folder)/\(word)")
      }
    }
    self.folder = folder
    self.paths = paths
    self.options = options
  }

  var text: String {
    do {
      let collection = try ActivationCollection(paths: paths, options: options)
      return lines(of: collection).joined(separator: "\n").replacing(folder + "/", with: "")
    } catch {
      return "! \(error)".replacing(folder + "/", with: "")
    }
  }

  private func lines(of collection: ActivationCollection) -> [String] {
    var lines: [String] = []
    for checkpoint in collection.checkpoints {
      let step = checkpoint.step.map { " @\($0)" } ?? ""
      let split = checkpoint.split.map { " [\($0)]" } ?? ""
      lines.append("\(checkpoint.name)\(step)\(split)")
      for layer in checkpoint.layers { lines += self.lines(of: layer, in: collection) }
      do {
        let (labels, join) = try collection.joinedLabels(of: checkpoint)
        let counts = zip(labels.names, labels.counts).map { "\($0)×\($1)" }
        let by = if case .id(let key) = join { " by \(key)" } else { "" }
        lines.append(
          "  labels \(checkpoint.labelsPath ?? "–")\(by): \(counts.joined(separator: " "))")
      } catch {
        lines.append("  ! \(error)")
      }
      if let ids = try? collection.sampleIDs(of: checkpoint) {
        lines.append("  ids \(ids[0]) … \(ids[ids.count - 1])")
      }
    }
    lines += collection.notes.map { "  note: \($0)" }
    lines += collection.leftOut.map { "  left out \($0.path) (\($0.reason))" }
    return lines
  }

  private func lines(of layer: LayerEntry, in collection: ActivationCollection) -> [String] {
    let shape = layer.shape.map(String.init).joined(separator: "×")
    var line =
      "  \(layer.name): \(layer.path) \(shape) \(layer.typeDescription), \(layer.storageDescription)"
    do {
      let matrix = try collection.activations(of: layer)
      // Values that tell order as well as content: the sum, weighted by place.
      let sum = matrix.allValues.enumerated().reduce(0) { $0 + Double($1.offset % 97) * $1.element }
      line += " → \(matrix.sampleCount)×\(matrix.featureCount), checksum \(Float(sum))"
      let zeros = try collection.trailingZeroRows(of: layer)
      if zeros > 0 { line += ", \(zeros) zero rows at the end" }
      return [line]
    } catch {
      return [line, "  ! \(error)"]
    }
  }
}
