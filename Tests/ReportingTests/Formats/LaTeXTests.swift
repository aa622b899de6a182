import Entanglement
import Reporting
import Testing

/// Tables for papers.
@Suite struct LaTeXTests {
  private static let options = ReportOptions(version: "1", title: "a, b")

  private static func latex(_ names: [String]) throws -> String {
    let history = History.history(names.map { ($0, [0.5]) }, checkpoints: ["epoch_1"])
    let file = try #require(try Report(history, options: options).files(.latex).first)
    #expect(file.name == "report.tex")
    return file.contents
  }

  @Test("A report of one run has a table with booktabs rules, layers down")
  func report() throws {
    let latex = try Self.latex(["conv1", "logits"])
    #expect(latex.hasPrefix("% Made by snn-analyze. Needs \\usepackage{booktabs}.\n\\begin{table}"))
    #expect(
      latex.contains("\\begin{tabular}{lrr}\n    \\toprule\n    Layer & minimum over T & chance"))
    #expect(latex.contains("    conv1 & $0.500$ & $2.30$ \\\\\n    logits & "))
    #expect(latex.contains("\\bottomrule"))
  }

  @Test(
    "Names cannot be commands, and what a plain LaTeX has no letter for stands as its code point")
  func escaping() throws {
    let latex = try Self.latex(["a_b\\c{d}%$&#~^", "β→γ", "caf\u{65}\u{301}--x", "層1", "<|>"])
    #expect(
      latex.contains(
        "a\\_b\\textbackslash{}c\\{d\\}\\%\\$\\&\\#\\textasciitilde{}\\textasciicircum{} & "))
    #expect(latex.contains("$\\beta$$\\to$$\\gamma$ & "))
    #expect(latex.contains("caf\u{e9}-{}-x & "))
    #expect(latex.contains("\\texttt{U+5C64}1 & ") && latex.contains("$<$$|$$>$ & "))
  }

  @Test("Runs stand side by side, and a run that lacks a layer has a dash")
  func runs() throws {
    let comparison = RunComparison([
      NamedRun(name: "a", history: History.history([("x", [1.0]), ("y", [2.0])])),
      NamedRun(name: "b", history: History.history([("x", [1e-7])])),
      NamedRun(name: "c", history: History.history([("x", [1.0]), ("y", [0.25])])),
    ])
    let report = try ComparisonReport(comparison, options: Self.options)
    let latex = try #require(report.files(.latex).first).contents
    #expect(latex.contains("Layer & a & b & c \\\\"))
    #expect(latex.contains("x & $1.00$ & $1.00 \\times 10^{-7}$ & $1.00$ \\\\"))
    #expect(latex.contains("y & $2.00$ & -- & $0.250$ \\\\"))
  }

  @Test("Nothing is written as LaTeX where nothing is said")
  func standard() {
    #expect(!ReportFormat.standard.contains(.latex) && ReportFormat.allCases.contains(.latex))
  }
}
