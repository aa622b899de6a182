public import Entanglement
package import RegressionChecks

extension Measure {
  /// For a reader: `perplexity at 5%`, `pair cat–dog at 5%`, `loss at T = 12.5`.
  public var text: String {
    switch self {
    case .minimum, .temperature: kind.rawValue
    case .perplexity(let target), .accuracy(let target): "\(kind.rawValue) at \(target.text)"
    case .loss(let temperature): "loss at T = \(Self.plain(temperature))"
    case .pair(let first, let second, let target): "pair \(first)–\(second) at \(target.text)"
    }
  }

  fileprivate static func plain(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension RegressionRule {
  /// The rule in the words of a rules file, on one line.
  package var text: String {
    var parts = ["layer: \(layer)"]
    if let checkpoint { parts.append("checkpoint: \(checkpoint)") }
    if let measure { parts.append("quantity: \(measure.text)") }
    if let tolerance {
      parts.append("side: \(tolerance.side.rawValue)")
      parts.append("atol: \(Measure.plain(tolerance.absolute))")
      parts.append("rtol: \(Measure.plain(tolerance.relative))")
    }
    if let minimum { parts.append("min: \(Measure.plain(minimum))") }
    if let maximum { parts.append("max: \(Measure.plain(maximum))") }
    if level != .error { parts.append("level: \(level.rawValue)") }
    return parts.joined(separator: ", ")
  }
}

extension Verdict {
  /// As a word in a sentence.
  package var text: String { self == .notComparable ? "not comparable" : rawValue }
}
