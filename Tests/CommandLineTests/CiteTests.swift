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

  @Test("On a terminal of 60 columns no line of the answers is longer")
  func narrow() throws {
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = [
      "report", try fixture.write("a.h5"), "-o", fixture.folder.path("out"),
    ]
    var (terminal, end): (Int32, Int32) = (0, 0)
    var size = winsize(ws_row: 24, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&terminal, &end, nil, nil, &size) == 0)
    process.standardOutput = FileHandle(fileDescriptor: end, closeOnDealloc: false)
    process.standardError = FileHandle.nullDevice
    try process.run()
    close(end)
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while case let count = read(terminal, &part, part.count), count > 0 { bytes += part[..<count] }
    close(terminal)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    let answers = try #require(text.split(separator: "Which number to quote:\n").last)
    #expect(
      answers.contains("  whether classes matter at all:\n    percent of the null"), "\(text)")
    for line in answers.split(separator: "\n") { #expect(line.count <= 60, "\(line)") }
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
