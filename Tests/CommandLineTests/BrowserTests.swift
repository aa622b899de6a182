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
      const paths = name => [...document.querySelectorAll(`svg[data-plot=${name}] path[stroke-width="1.5"]`)]
        .map(path => path.getAttribute("d"));
      const told = () => document.querySelector("#explorer output").textContent;
      const slide = (id, value) => {
        const input = document.getElementById("explorer-" + id);
        input.value = value;
        input.dispatchEvent(new Event("input"));
      };
      result.explored = [told(), paths("curve").length, paths("course").length];
      const [curve, course] = [paths("curve").join(), paths("course").join()];
      slide("checkpoint", 0);
      result.first = told();
      result.moved = [paths("curve").join() !== curve, paths("course").join() === course];
      slide("temperature", 0);
      result.cold = [told(), paths("course").join() !== course];
      document.querySelector("#explorer fieldset input").click();
      result.switched = [paths("curve").length, paths("course").length];
      const target = document.querySelector("svg[data-plot=layers] circle");
      target.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
      result.hot = told();
      result.saves = [...document.querySelectorAll("button.save")].map(b => b.textContent).join(" ");
      result.overflow = document.documentElement.scrollWidth > innerWidth;
      result.requests = performance.getEntriesByType("resource").length;
    } catch (error) { result.error = String(error); }
    document.body.setAttribute("data-result", btoa(JSON.stringify(result)
      .replace(/[^ -~]/g, "?")));
    </script>
    """

  /// A text, or the text of a number or a truth.
  private struct JSONWord: Decodable, Equatable, ExpressibleByStringLiteral {
    let text: String

    init(stringLiteral text: String) { self.text = text }

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let text = try? value.decode(String.self) {
        self.text = text
      } else if let truth = try? value.decode(Bool.self) {
        text = "\(truth)"
      } else {
        text = "\(try value.decode(Int.self))"
      }
    }
  }

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
    var explored: [JSONWord]?
    var first: String?
    var moved: [Bool]?
    var cold: [JSONWord]?
    var switched: [Int]?
    var hot: String?
    var saves: String?
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
    // Four layers at six checkpoints and seven temperatures; the control begins at the least loss.
    #expect(result.explored == ["epoch_005 ? T = 0.0316", "4", "4"])
    #expect(result.first == "epoch_000 ? T = 0.0316" && result.moved == [true, true])
    #expect(result.cold == ["epoch_000 ? T = 0.01", "true"])
    #expect(result.switched == [3, 3])
    #expect(result.hot?.hasPrefix("epoch_000 ? T = 0.01 ? layer2: ") == true)
    // In the order of the page: the table of findings first.
    #expect(result.saves?.hasPrefix("CSV SVG PNG") == true)
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
