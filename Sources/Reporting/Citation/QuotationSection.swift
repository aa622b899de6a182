internal import Entanglement

/// Which number answers which question: one each, and a sentence that is ready for a paper.
struct QuotationSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  /// Below all that is known of the layers; nothing where no loss is that could be quoted.
  func text(width: Int, color: Bool) -> String {
    guard let profile = reported.profiles.last,
      let quotation = profile.layers.reversed().lazy.compactMap({
        Quotation($0, at: profile, of: reported.history)
      }).first
    else { return "" }
    return "Which number to quote:\n" + answersText(width: width)
      + ("In a sentence (--cite has one for each layer, and BibTeX): " + quotation.sentence)
      .wrapped(to: width)
  }

  /// Beside the questions, or below them where the terminal has no room for that.
  private func answersText(width: Int) -> String {
    var table = TextTable([.left(""), .left("")], hasHeader: false, indentation: 2)
    for answer in answers { table.add([answer.question, answer.number]) }
    let lines = table.text.split(separator: "\n")
    guard lines.contains(where: { String($0).displayWidth > width }) else { return table.text }
    return answers.map { answer in
      "  \(answer.question):\n"
        + answer.number.wrapped(to: width - 4).split(separator: "\n").map { "    \($0)\n" }.joined()
    }.joined()
  }

  private var answers: [(question: String, number: String)] {
    let hasMatched = reported.lastLayers.contains { $0.entanglement.matched != nil }
    let hasMinimum = reported.lastLayers.contains { $0.entanglement.minimum != nil }
    return [
      hasMatched
        ? ("how entangled a layer is", "the loss at the matched perplexity, with its interval")
        : nil,
      hasMatched ? ("whether it changed", "the paired difference, with its interval") : nil,
      hasMatched
        ? ("whether classes matter at all", "percent of the null; p with --compute …,permutations")
        : nil,
      hasMinimum ? ("as in the paper, one N only", "the minimum over the temperature") : nil,
    ].compactMap(\.self)
  }
}
