import ActivationFiles
import Activations
import Foundation
import TestSupport
import Testing

/// Files of which every token is a sample: 6 × 5 tokens of four features, the values 0…119.
@Suite("Tokens as samples") struct TokenTests {
  private func collection(
    _ name: String, with change: (inout ReadingOptions) -> Void = { _ in }
  ) throws -> ActivationCollection {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Zoo/tokens/\(name)").path
    return try ActivationCollection(
      paths: [path],
      options: options {
        $0.isPerToken = true
        change(&$0)
      })
  }

  private func values(of tokens: [Int]) -> [Double] {
    tokens.flatMap { token in (0..<4).map { Double(4 * token + $0) } }
  }

  @Test(
    "Tokens without a label or behind a mask are left out, wherever they are",
    arguments: [("words.h5", [0, 17, 29]), ("masked.h5", [13, 14])])
  func kept(_ name: String, _ leftOut: [Int]) throws {
    let file = try collection(name)
    let checkpoint = file.checkpoints[0]
    let kept = (0..<30).filter { !leftOut.contains($0) }
    #expect(checkpoint.sampleCount == kept.count)
    for (index, layer) in checkpoint.layers.enumerated() {
      let wanted = values(of: kept).map { $0 + Double(index) }
      #expect(try file.activations(of: layer).allValues == wanted)
      for range in [0..<1, 3..<17, 16..<kept.count, 5..<5] {
        #expect(
          try file.rows(range, of: layer).allValues
            == values(of: Array(kept[range])).map { $0 + Double(index) })
      }
    }
    #expect(try file.labels(of: checkpoint) == ClassLabels(kept.map { Int64($0 % 3) }))
    #expect(
      file.notes.contains { $0.contains("of which \(leftOut.count) are left out as padding") })
  }

  @Test(
    "Labels and masks of tokens in a file of their own leave tokens out as those beside layers do")
  func otherFile() throws {
    let folder = try TemporaryFolder()
    let labels = (0..<30).map { [0, 17, 29].contains($0) ? Int64(-100) : Int64($0 % 3) }
    try HDF5Fixture.write(
      to: folder.path("activations.h5"),
      datasets: [.init("layer1", shape: [6, 5, 4], .float32((0..<120).map(Float.init)))])
    for chunk in [nil, [3, 5]] {
      try HDF5Fixture.write(
        to: folder.path("labels.h5"),
        datasets: [.init("labels", shape: [6, 5], .int64(labels), chunk: chunk)])
      let file = try ActivationCollection(
        paths: [folder.path("activations.h5"), folder.path("labels.h5")],
        options: options { $0.isPerToken = true })
      let checkpoint = file.checkpoints[0]
      let kept = (0..<30).filter { ![0, 17, 29].contains($0) }
      #expect(try file.activations(of: checkpoint.layers[0]).allValues == values(of: kept))
      #expect(try file.labels(of: checkpoint) == ClassLabels(kept.map { Int64($0 % 3) }))
    }
  }

  @Test("Small bands of memory give the same tokens")
  func bands() throws {
    let file = try collection("words.h5") { $0.memoryLimit = 1 << 20 }
    let whole = try collection("words.h5")
    let layer = file.checkpoints[0].layers[1]
    #expect(
      try file.activations(of: layer).allValues == whole.activations(of: layer).allValues)
  }

  @Test("What is not by tokens is refused")
  func refusals() throws {
    let sentences = message {
      let file = try collection("sentences.h5")
      _ = try file.labels(of: file.checkpoints[0])
    }
    #expect(sentences.contains("has 30 rows but /labels has 6"), "\(sentences)")
    let elsewhere = message { _ = try collection("words.h5") { $0.labels = ["tags.npy"] } }
    #expect(elsewhere.contains("read beside the layers, not from tags.npy"))
    let flat = message {
      _ = try ActivationCollection(
        paths: [fixture("labels/int8.h5")], options: options { $0.isPerToken = true })
    }
    #expect(flat.contains("no layer has three axes"))
  }

  @Test("Labels of tokens are a reason to name the option")
  func question() throws {
    let file = try collection("words.h5") { $0.isPerToken = false }
    let problem = file.checkpoints[0].layers[0].problem
    #expect(problem?.asks == true)
    #expect(problem?.message.contains("or --tokens if every token is a sample") == true)
  }
}
