internal import Charts

/// A page of HTML that needs nothing beside itself: no file, no network, and no script to be
/// complete. With a script, points answer the pointer and the arrow keys, and tables sort.
struct HTMLPage {
  struct Section {
    let id: String
    let title: String
    let body: String
  }

  /// What stands before all figures: tables, the figure that shows their numbers, and what has to be
  /// known of them.
  struct Opening {
    /// As HTML.
    let tables: [String]
    /// Sentences.
    let notices: [String]
  }

  let title: String
  /// Paragraphs in words.
  let lead: [String]
  var opening: Opening?
  /// What stands behind it, to be moved and switched.
  var explorer: Section?
  let figures: [Figure]
  let sections: [Section]
  let version: String

  var text: String {
    let images = figures.map { (figure: $0, svg: HTMLPage.inline($0)) }
    // The loss to quote, where there is a figure of it.
    let first =
      opening == nil
      ? nil
      : images.firstIndex { $0.figure.name.hasPrefix("perplexity-over-training") }
        ?? images.firstIndex { $0.figure.name.hasPrefix("perplexity-by-layer") }
        ?? images.indices.first
    let others = images.indices.filter { $0 != first }.map { images[$0] }
    let links =
      (opening == nil ? [] : [("opening", "Findings")])
      + (explorer.map { [($0.id, $0.title)] } ?? [])
      + (others.isEmpty ? [] : [("figures", "Figures")]) + sections.map { ($0.id, $0.title) }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="snn-analyze \(HTMLText.escaped(version))">
      <title>\(HTMLText.escaped(title))</title>
      <style>
      \(HTMLPage.style(colors: Set(images.flatMap { HTMLPage.lineColors(in: $0.svg) })))</style>
      </head>
      <body>
      <header>
      <h1>\(HTMLText.escaped(title))</h1>
      \(lead.map { "<p>\(HTMLText.escaped($0))</p>" }.joined(separator: "\n"))
      <nav aria-label="Sections">\(links.map { "<a href=\"#\($0.0)\">\(HTMLText.escaped($0.1))</a>" }
        .joined(separator: " "))</nav>
      </header>
      <main>
      \(opening.map { HTMLPage.section($0, first.map { images[$0] }) } ?? "")\
      \(explorer.map(HTMLPage.section) ?? "")\
      \(others.isEmpty ? "" : HTMLPage.figureSection(others))\(sections.map(HTMLPage.section).joined())</main>
      <div id="tip" role="status" hidden></div>
      <script>
      \(HTMLPage.downloads)\(HTMLPage.script)\(explorer == nil ? "" : HTMLPage.explorer)</script>
      </body>
      </html>

      """
  }

  private static func figureSection(_ images: [(figure: Figure, svg: String)]) -> String {
    "<section id=\"figures\">\n<h2>Figures</h2>\n" + images.map(figure).joined()
      + "</section>\n"
  }

  private static func figure(_ figure: Figure, _ svg: String) -> String {
    """
    <figure id="figure-\(figure.name)">
    \(svg)<figcaption>\(HTMLText.escaped(figure.description)) \
    <span class="file">\(figure.name).svg, \(figure.name).csv</span></figcaption>
    </figure>

    """
  }

  private static func section(
    _ opening: Opening, _ image: (figure: Figure, svg: String)?
  ) -> String {
    let notices = opening.notices.map { "<li>\(HTMLText.escaped($0))</li>\n" }.joined()
    return "<section id=\"opening\">\n<h2>Findings</h2>\n" + opening.tables.joined()
      + (notices.isEmpty ? "" : "<h3>To be known</h3>\n<ul class=\"notices\">\n\(notices)</ul>\n")
      + (image.map { figure($0.figure, $0.svg) } ?? "") + "</section>\n"
  }

  private static func section(_ section: Section) -> String {
    "<section id=\"\(section.id)\">\n<h2>\(HTMLText.escaped(section.title))</h2>\n\(section.body)"
      + "</section>\n"
  }

  /// The figure without the XML declaration, which HTML does not know.
  private static func inline(_ figure: Figure) -> String {
    let svg = figure.svg(style: .screen, tooltips: true)
    return svg.split(separator: "\n", maxSplits: 1).dropFirst().joined()
  }

  /// The colours that lines are drawn in.
  private static func lineColors(in svg: String) -> [String] {
    svg.matches(of: /stroke="(#[0-9a-f]{6})"/).map { String($0.1) }
  }
}
