import Foundation
import TestSupport
import Testing

/// What to quote, and how.
@Suite struct CiteTests {
  private let fixture: CheckFixture

  init() throws {
    fixture = try CheckFixture()
  }

  @Test("The report says which number answers which question, with a sentence that can be quoted")
  func recommendation() throws {
    let outcome = try Command.run(
      ["report", try fixture.write("a.h5"), "-o", fixture.folder.path("out")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Which number to quote:\n"))
    let text = outcome.output.replacing("\n", with: " ")
    let sentence =
      /SNNL [0-9.]+ nats at 5 % of N = 240 \(perplexity [0-9.]+, 4 classes, squared Euclidean distance\), 95 % interval [0-9.]+ to [0-9.]+.*: layer layer2 at epoch_5\./
    #expect(text.contains(sentence), "\(outcome.output)")
  }

  @Test("--cite prints a sentence for each layer, and BibTeX with balanced braces")
  func cite() throws {
    let outcome = try Command.run(
      [
        "report", try fixture.write("a.h5"), "-o", fixture.folder.path("out"), "--cite", "--quiet",
        "--at-perplexity", "12.5",
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    let sentences = lines.filter { $0.hasPrefix("SNNL ") }
    #expect(sentences.count == 2)
    #expect(sentences.allSatisfy { $0.contains(" nats at 12.5 neighbors of N = 240 (") })
    #expect(sentences[0].hasSuffix(": layer layer1 at epoch_5."))
    #expect(outcome.output.contains("@inproceedings{frosst2019analyzing,"))
    #expect(outcome.output.contains("@misc{snn-analyze,"))
    let braces = outcome.output.reduce(into: [0, 0]) { count, character in
      if character == "{" { count[0] += 1 }
      if character == "}" { count[1] += 1 }
    }
    #expect(braces[0] == braces[1] && braces[0] > 8)
    // Without perplexities it is the minimum.
    let minimum = try Command.run(
      [
        "report", try fixture.write("a.h5"), "-o", fixture.folder.path("out"), "--cite", "--quiet",
        "--compute", "curve,minimum",
      ])
    #expect(minimum.output.contains(" nats at its minimum over T (N = 240, 4 classes, "))
  }
}
