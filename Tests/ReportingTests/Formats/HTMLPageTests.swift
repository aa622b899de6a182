import Entanglement
import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct HTMLPageTests {
  private static func html(_ history: EntanglementHistory) throws -> String {
    let options = ReportOptions(
      version: "1.2.3", title: "run <1>",
      settings: [.init("Temperatures", "49 from 0.001 to 1000")], labels: ["epoch_0": "/labels"])
    let files = try Report(history, options: options).files(.html)
    #expect(files.map(\.name) == ["report.html"])
    return try #require(files.first).contents
  }

  static let histories = [
    History.history([("<script>&\"", [2.2, 1.1, 0.4]), ("層", [2, 1, 0.2])]),
    History.history((0..<60).map { ("block.\($0)", (0..<40).map { 2 / Double($0 + 1) }) }),
    History.single(History.layer(loss: 0, position: .zero)),
    History.history([]),
  ]

  @Test("The page asks for nothing beside itself", arguments: histories.indices)
  func selfContained(index: Int) throws {
    let html = try Self.html(Self.histories[index])
    let addresses = html.matches(of: /https?:\/\/[^"'<\s]*/).map { String($0.0) }
    #expect(Set(addresses).isSubset(of: ["http://www.w3.org/2000/svg"]))
    #expect(!html.contains("src=") && !html.contains("@import") && !html.contains("<link"))
    #expect(html.matches(of: /href="([^"]*)"/).allSatisfy { $0.1.hasPrefix("#") })
    #expect(html.matches(of: /url\(([^)]*)\)/).allSatisfy { $0.1.hasPrefix("#") })
  }

  @Test("Every id is there once, whatever figures share the page", arguments: histories.indices)
  func ids(index: Int) throws {
    let html = try Self.html(Self.histories[index])
    let ids = html.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    let targets = html.matches(of: /(?:href="#|url\(#|aria-labelledby=")([^")\s]*)/)
    for target in targets { #expect(ids.contains(String(target.1))) }
  }

  @Test("The body is a well-formed tree", arguments: histories.indices)
  func wellFormed(index: Int) throws {
    let html = try Self.html(Self.histories[index])
    let start = try #require(html.range(of: "<body>"))
    let end = try #require(html.range(of: "<script>\n(("))
    _ = try XMLDocument(xmlString: String(html[start.lowerBound..<end.lowerBound]) + "</body>")
  }

  @Test("Words, every layer and where it came from are there without a script")
  func contents() throws {
    let html = try Self.html(Self.histories[0])
    #expect(html.contains("<title>run &lt;1&gt;: soft nearest neighbor loss</title>"))
    #expect(html.contains("every layer disentangled"))
    #expect(html.contains("&lt;script&gt;&amp;&quot;") && !html.contains("<script>&"))
    // Once among all, and once at the beginning.
    #expect(html.components(separatedBy: "data-v=\"0.4\"").count == 3)
    for text in ["snn-analyze 1.2.3", "49 from 0.001 to 1000", "/labels", "run.h5", "899×64"] {
      #expect(html.contains(text), "\(text)")
    }
    #expect(html.contains("<title>層, epoch_1: 1.00 nats at T / mean d = 0.0500</title>"))
    #expect(html == (try Self.html(Self.histories[0])))
  }

  @Test("The page begins with the number to quote, first and last, the change and what to know")
  func opening() throws {
    let failure = LayerFailure(checkpoint: "epoch_0", layer: "c", reason: "NaN in row 3.")
    let html = try Self.html(
      History.history([("a", [2.25, 0.25]), ("b", [2, 0.5])], failures: [failure]))
    let start = try #require(html.range(of: "<section id=\"opening\">"))
    let end = try #require(html.range(of: "<section id=\"figures\">"))
    let opening = html[start.lowerBound..<end.lowerBound]
    #expect(html.contains("<a href=\"#opening\">Findings</a>"))
    let heads = opening.matches(of: /<th [^>]*>([^<]*)</).map { String($0.1) }
    #expect(
      heads == [
        "layer", "epoch_0", "epoch_1", "95 % interval", "change", "its interval", "% of chance",
      ])
    #expect(opening.contains("data-v=\"-2.0\"") && opening.contains("data-v=\"0.25\""))
    #expect(opening.contains("1 layer could not be computed"))
    #expect(opening.components(separatedBy: "<figure ").count == 2)
    let lone = try Self.html(History.single(History.layer(loss: 1, matched: 0.5)))
    #expect(lone.contains("the loss at the matched perplexity, 5.00 % of the N − 1 others."))
    #expect(!lone.contains(">change<"))
  }

  @Test("Long names of layers lose what all share, and say all of it where they are pointed at")
  func longNames() throws {
    let names = (0..<2).map { "model.encoder.transformer.layers.\($0).attention.output.dense" }
    let html = try Self.html(History.history(names.map { ($0, [2, 1]) }))
    #expect(html.contains("title=\"\(names[1])\">"))
    #expect(!html.contains("<td>\(names[1])</td>"))
  }

  @Test("Failures are listed")
  func failures() throws {
    let failure = LayerFailure(checkpoint: "epoch_0", layer: "c", reason: "NaN in <row> 3.")
    let html = try Self.html(History.history([("a", [1.0])], failures: [failure]))
    #expect(html.contains("NaN in &lt;row&gt; 3."))
  }
}
