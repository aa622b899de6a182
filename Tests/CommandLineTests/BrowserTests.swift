import Foundation
import TestSupport
import Testing

/// `report.html` in a real browser, where one is installed.
@Suite struct BrowserTests {
  private static let browser: String? = {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let places =
      folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
      + ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
    return places.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Sorts the first table by loss, points at a spot and walks with the keys; then writes down what
  /// came of it.
  private static let probe = """
    <script>
    const result = {};
    try {
      const table = document.querySelector("#layers table");
      const heads = [...table.querySelectorAll("th")];
      const column = heads.findIndex(h => h.textContent.startsWith("loss"));
      const losses = () => [...table.tBodies[0].rows].map(r => +r.cells[column].dataset.v);
      heads[column].querySelector("button").click();
      result.ascending = losses();
      heads[column].querySelector("button").click();
      result.descending = losses();
      result.sort = heads[column].getAttribute("aria-sort");
      const svg = document.querySelector("#figure-entanglement-over-training svg");
      const tip = document.getElementById("tip");
      const spot = svg.querySelector(".spot");
      const box = spot.getBoundingClientRect();
      spot.dispatchEvent(new PointerEvent("pointermove",
        { bubbles: true, clientX: box.x + 2, clientY: box.y + 2 }));
      result.pointed = tip.hidden ? "" : tip.textContent;
      svg.dispatchEvent(new PointerEvent("pointerleave"));
      result.left = tip.hidden;
      svg.focus();
      result.focused = document.activeElement === svg;
      for (const key of ["ArrowRight", "ArrowRight"])
        svg.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
      result.walked = tip.textContent;
      svg.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
      result.escaped = tip.hidden;
      result.figures = [...document.querySelectorAll("figure svg")]
        .map(s => s.getBoundingClientRect().width);
      result.overflow = document.documentElement.scrollWidth > innerWidth;
      result.requests = performance.getEntriesByType("resource").length;
    } catch (error) { result.error = String(error); }
    document.body.setAttribute("data-result", btoa(JSON.stringify(result)
      .replace(/[^ -~]/g, "?")));
    </script>
    """

  private struct Result: Decodable {
    var error: String?
    var ascending: [Double]?
    var descending: [Double]?
    var sort: String?
    var pointed: String?
    var left: Bool?
    var focused: Bool?
    var walked: String?
    var escaped: Bool?
    var figures: [Double]?
    var overflow: Bool?
    var requests: Int?
  }

  @Test(
    "Tables sort, points answer, keys walk, and nothing is requested", .enabled(if: browser != nil))
  func page() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run([
      "notebooks-data/digits-mlp.h5", "--output", folder.path("out"), "--quiet", "--formats",
      "html",
      "--checkpoints", "epoch_000", "--checkpoints", "epoch_00[1-5]", "--relative-temperatures",
      "0.01:10:7",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let html = String(decoding: try folder.contents("out/report.html"), as: UTF8.self)
    let end = try #require(html.range(of: "</body>"))
    let page = folder.url.appendingPathComponent("probe.html")
    try (html[..<end.lowerBound] + Self.probe + html[end.lowerBound...])
      .write(to: page, atomically: true, encoding: .utf8)
    let browser = try #require(Self.browser)
    let status = try Shell.run(
      "HOME='\(folder.url.path)' '\(browser)' --headless --no-sandbox --disable-gpu "
        + "--user-data-dir='\(folder.path("profile"))' --window-size=1000,800 --dump-dom "
        + "'\(page.absoluteString)' > '\(folder.path("dom"))' 2> /dev/null")
    try #require(status == 0)
    let dom = String(decoding: try folder.contents("dom"), as: UTF8.self)
    let encoded = try #require(dom.firstMatch(of: /data-result="([^"]*)"/)?.1)
    let data = try #require(Data(base64Encoded: String(encoded)))
    let result = try JSONDecoder().decode(Result.self, from: data)
    #expect(result.error == nil)
    let ascending = try #require(result.ascending)
    #expect(ascending == ascending.sorted() && ascending.count == 20)
    #expect(result.descending == ascending.reversed())
    #expect(result.sort == "descending")
    #expect(result.pointed?.hasPrefix("layer1, epoch_000: ") == true)
    #expect(result.walked?.hasPrefix("layer1, epoch_001: ") == true)
    #expect(result.left == true && result.escaped == true && result.focused == true)
    #expect(result.figures?.count == 9 && result.figures?.allSatisfy { $0 > 500 } == true)
    #expect(result.overflow == false)
    #expect(result.requests == 0)
  }
}

/// The committed figures as PDF, where librsvg and poppler are installed.
@Suite struct PaperTests {
  @Test("Fonts are embedded when a figure becomes a PDF, and its page is as large as declared")
  func fonts() throws {
    let folder = try TemporaryFolder()
    // One by one: a shell may look at the first of several names alone.
    for tool in ["rsvg-convert", "pdffonts", "pdfinfo"] {
      guard try Shell.run("command -v \(tool) > /dev/null") == 0 else { return }
    }
    let figures = Command.root.appendingPathComponent("Reports/icml-column")
    for name in try FileManager.default.contentsOfDirectory(atPath: figures.path).sorted() {
      let pdf = folder.path(name + ".pdf")
      let svg = figures.appendingPathComponent(name).path
      try #require(
        try Shell.run(
          "rsvg-convert -f pdf -o '\(pdf)' '\(svg)' && pdffonts '\(pdf)' > '\(pdf).fonts' "
            + "&& pdfinfo '\(pdf)' > '\(pdf).info'") == 0)
      let fonts = try String(contentsOfFile: pdf + ".fonts", encoding: .utf8)
        .split(separator: "\n").dropFirst(2)
      #expect(!fonts.isEmpty)
      for font in fonts {
        // The columns at the end: emb sub uni object ID.
        #expect(font.split(separator: " ").suffix(5).first == "yes", "\(name): \(font)")
      }
      let info = try String(contentsOfFile: pdf + ".info", encoding: .utf8)
      let width = try #require(
        info.firstMatch(of: /Page size: *([0-9.]+) x/).flatMap { Double($0.1) })
      // Figures of several panels take both columns.
      let isWide = ["by-checkpoint", "sample", "class"].contains { name.contains($0) }
      let declared = isWide ? 6.75 : 3.25
      #expect(abs(width - declared * 72) < 0.6, "\(name): \(width)")
    }
  }
}
