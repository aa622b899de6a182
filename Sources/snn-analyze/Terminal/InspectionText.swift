import ActivationFiles
import Activations
import Analysis
import Foundation
import Reporting

/// What was found in a set of files, as a table for people or as JSON.
struct InspectionText {
  private let collection: ActivationCollection
  private let forecast: RunForecast?

  init(_ collection: ActivationCollection, forecast: RunForecast? = nil) {
    self.collection = collection
    self.forecast = forecast
  }

  /// How the files were understood, and why.
  var head: String {
    let sentences = collection.notesOnReading
    return sentences.isEmpty ? "" : sentences.joined(separator: "\n") + "\n\n"
  }

  /// One line a layer, columns aligned.
  var table: String {
    let hasSplits = collection.checkpoints.contains { $0.split != nil }
    let hasFiles = Set(collection.checkpoints.flatMap { $0.layers.map(\.file) }).count > 1
    let header =
      ["checkpoint"] + (hasSplits ? ["split"] : []) + ["step", "layer"]
      + (hasFiles ? ["file"] : []) + ["path", "shape", "features", "type", "storage", "labels"]
    var table = TextTable(header.map { .left($0) }, hasRule: false)
    for checkpoint in collection.checkpoints {
      for layer in checkpoint.layers {
        let front =
          [checkpoint.name] + (hasSplits ? [checkpoint.split ?? "–"] : [])
          + [checkpoint.step.map(String.init) ?? "–", layer.name] + (hasFiles ? [layer.file] : [])
        table.add(
          front + [
            layer.path, layer.shape.map(String.init).joined(separator: "×"),
            layer.problem == nil ? String(layer.featureCount) : "–", layer.typeDescription,
            layer.storageDescription, checkpoint.labelsPath ?? "none",
          ])
      }
    }
    return table.text
  }

  /// What it comes to, and what was left out and why.
  var summary: String {
    let layers = collection.checkpoints.map(\.layers.count).max() ?? 0
    let bytes = collection.checkpoints.flatMap(\.layers).map(\.byteSize).reduce(0, +)
    let counts = Set(collection.checkpoints.map(\.sampleCount)).sorted().map(String.init)
    let checkpoints = Set(collection.checkpoints.map(\.name)).count
    var text =
      "\n\(checkpoints) checkpoint\(checkpoints == 1 ? "" : "s"), "
      + "\(layers) layer\(layers == 1 ? "" : "s"), \(counts.joined(separator: " or ")) samples, "
      + "\(Self.size(bytes)) of activations.\n"
    let splits = collection.splits
    if splits.count > 1 {
      text += "A report takes one split: --split \(splits.joined(separator: ", --split ")).\n"
    }
    if let forecast { text += forecast.text + "\n" }
    if !collection.leftOut.isEmpty {
      text += "\nLeft out:\n"
      let hasFiles = Set(collection.leftOut.map(\.file)).count > 1
      for item in collection.leftOut {
        let place = (hasFiles ? item.file + ": " : "") + item.path
        text += "  \(place.visible)  (\(item.reason.visible))\n"
      }
    }
    return text
  }

  /// What would stop a run.
  var problems: [String] {
    collection.checkpoints.flatMap { checkpoint in
      checkpoint.layers.compactMap(\.problem?.description)
        + [checkpoint.labelsProblem?.description].compactMap(\.self)
    }
  }

  /// Whether all that would stop a run is what an option has to say.
  var areQuestions: Bool {
    collection.checkpoints.allSatisfy { checkpoint in
      (checkpoint.layers.map(\.problem) + [checkpoint.labelsProblem])
        .allSatisfy { $0?.asks ?? true }
    }
  }

  var json: String {
    let value: [String: Any] = [
      "schema": "snn-analyze/inspect/1",
      "checkpoints": collection.checkpoints.map { checkpoint -> [String: Any] in
        [
          "name": checkpoint.name, "step": checkpoint.step.map { $0 as Any } ?? NSNull(),
          "split": checkpoint.split.map { $0 as Any } ?? NSNull(),
          "file": checkpoint.file, "sampleCount": checkpoint.sampleCount,
          "labels": checkpoint.labelsPath.map { $0 as Any } ?? NSNull(),
          "labelsProblem": checkpoint.labelsProblem.map { $0.description as Any } ?? NSNull(),
          "layers": checkpoint.layers.map { layer -> [String: Any] in
            [
              "name": layer.name, "file": layer.file, "path": layer.path, "shape": layer.shape,
              "sampleCount": layer.sampleCount, "featureCount": layer.featureCount,
              "type": layer.typeDescription, "storage": layer.storageDescription,
              "byteSize": layer.byteSize, "memorySize": layer.memorySize,
              "pooling": layer.pooling.map { $0.rawValue as Any } ?? NSNull(),
              "problem": layer.problem.map { $0.description as Any } ?? NSNull(),
            ]
          },
        ]
      },
      "forecast": [
        "seconds": (forecast?.seconds).map { $0 as Any } ?? NSNull(),
        "memorySize": (forecast?.memory).map { $0 as Any } ?? NSNull(),
        "streamedLayerCount": (forecast?.streamedCount).map { $0 as Any } ?? NSNull(),
        "diskSize": (forecast?.disk).map { $0 as Any } ?? NSNull(),
      ],
      "notes": collection.notes,
      "leftOut": collection.leftOut.map {
        ["file": $0.file, "path": $0.path, "reason": $0.reason]
      },
    ]
    guard
      let data = try? JSONSerialization.data(
        withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    else { return "{}\n" }
    return String(decoding: data, as: UTF8.self).escapedAsJSON + "\n"
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1 << 20
      ? "\((bytes + 1023) >> 10) KiB" : "\((bytes + (1 << 19)) >> 20) MiB"
  }
}
