import ActivationFiles
import Activations
import Analysis
import Entanglement
import Platform
import RegressionChecks
import YAML

/// Rules as YAML: `rules:` and a list of mappings. Every mistake is named with its line.
struct RulesFile {
  let rules: [RegressionRule]

  private static let keys = [
    "layer", "checkpoint", "quantity", "at", "pair", "side", "atol", "rtol", "min", "max", "level",
  ]

  private static let aliasLimit = 32

  /// Whether aliases of lists of aliases may be of exponential size: the parser walks through all of
  /// it where it is a key. Counts what may be an alias, quoted or not.
  private static func mayExplode(_ text: String) -> Bool {
    func isName(_ byte: UInt8?) -> Bool {
      guard let byte else { return false }
      return byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        || UnicodeScalar(byte).properties.isAlphabetic || (0x30...0x39).contains(byte)
    }
    let bytes = Array(text.utf8)
    var aliasCount = 0
    var namesCollection = false
    for (index, byte) in bytes.enumerated() where index + 1 < bytes.count {
      if byte == UInt8(ascii: "*"), isName(bytes[index + 1]) { aliasCount += 1 }
      guard byte == UInt8(ascii: "&"), !namesCollection, isName(bytes[index + 1]) else { continue }
      let rest = bytes[(index + 1)...].drop(while: isName)
      let value = rest.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      namesCollection = !(isName(value) && value != UInt8(ascii: "-"))
    }
    return namesCollection && aliasCount > aliasLimit
  }

  /// - Parameter target: The number of neighbors where a rule does not say.
  init(path: String, target: PerplexityTarget) throws(CommandError) {
    let contents: Data?
    do {
      contents = try BoundedFile.contents(of: path, upTo: BoundedFile.rulesLimit)
    } catch {
      throw CommandError("\(error)")
    }
    guard let data = contents else {
      throw CommandError("\(path): cannot be read. Give a rules file with --rules, or none.")
    }
    let text = String(decoding: data, as: UTF8.self)
    guard !Self.mayExplode(text) else {
      throw CommandError(
        "\(path): has lists or mappings with anchors (&name) and more than \(Self.aliasLimit) places "
          + "that may be aliases (*name). Write the rules out.")
    }
    let root: YAMLNode?
    do throws(YAMLError) {
      root = try .document(text)
    } catch {
      throw CommandError("\(path): is no YAML: \(error.description.prefix(1000)).")
    }
    guard let mapping = root?.mapping else {
      throw CommandError("\(path): has no rules. It begins with rules: and a list.")
    }
    for (key, _) in mapping where key.text != "rules" {
      throw Self.failure(
        path, key, "unknown key \(key.text ?? "")" + Self.nearest(key.text, ["rules"]))
    }
    guard let list = root?["rules"]?.list, !list.isEmpty else {
      throw CommandError(
        "\(path): rules is no list, or an empty one. Write a rule after each \"-\".")
    }
    var rules: [RegressionRule] = []
    for node in list { rules.append(try Self.rule(node, path, target)) }
    self.rules = rules
  }

  private static func rule(
    _ node: YAMLNode, _ path: String, _ target: PerplexityTarget
  ) throws(CommandError) -> RegressionRule {
    guard let mapping = node.mapping else {
      throw failure(path, node, "a rule is a mapping such as layer: conv*")
    }
    var values: [String: YAMLNode] = [:]
    for (key, value) in mapping {
      guard let name = key.text, keys.contains(name) else {
        throw failure(path, key, "unknown key \(key.text ?? "")" + nearest(key.text, keys))
      }
      values[name] = value
    }
    func text(_ key: String) throws(CommandError) -> String? {
      guard let value = values[key] else { return nil }
      guard let text = value.text, !text.isEmpty else {
        throw failure(path, value, "\(key) is no text")
      }
      return text
    }
    func choice<Value: RawRepresentable & CaseIterable>(
      _ key: String, _ type: Value.Type
    ) throws(CommandError) -> Value? where Value.RawValue == String {
      guard let name = try text(key), let node = values[key] else { return nil }
      guard let value = Value(rawValue: name) else {
        throw failure(
          path, node, "unknown \(key) \(name)" + nearest(name, Value.allCases.map(\.rawValue)))
      }
      return value
    }
    func number(_ key: String) throws(CommandError) -> Double? {
      guard let word = try text(key), let node = values[key] else { return nil }
      guard let value = Double(word), value.isFinite else {
        throw failure(path, node, "\(key) is no number: \(word)")
      }
      return value
    }
    let level = try choice("level", RegressionRule.Level.self) ?? .error
    let kind = try choice("quantity", Measure.Kind.self)
    let (minimum, maximum) = (try number("min"), try number("max"))
    if let minimum, let maximum, minimum > maximum {
      throw failure(path, node, "min \(minimum) is above max \(maximum)")
    }
    var measure: Measure?
    if kind != nil || level != .off || values["at"] != nil || values["pair"] != nil {
      measure = try self.measure(kind ?? .perplexity, values, node, path, target)
    }
    var tolerance: Tolerance?
    let (absolute, relative) = (try number("atol"), try number("rtol"))
    let side = try choice("side", Tolerance.Side.self)
    for (key, value) in [("atol", absolute), ("rtol", relative)] {
      if let value, value < 0 { throw failure(path, node, "\(key) is negative: \(value)") }
    }
    if let measure,
      (minimum == nil && maximum == nil) || absolute != nil || relative != nil || side != nil
    {
      tolerance = Tolerance(side: side ?? measure.side)
      if let absolute { tolerance?.absolute = absolute }
      if let relative { tolerance?.relative = relative }
    }
    return RegressionRule(
      layer: try text("layer") ?? "*", checkpoint: try text("checkpoint"), measure: measure,
      tolerance: tolerance, minimum: minimum, maximum: maximum, level: level)
  }

  private static func measure(
    _ kind: Measure.Kind, _ values: [String: YAMLNode], _ node: YAMLNode, _ path: String,
    _ target: PerplexityTarget
  ) throws(CommandError) -> Measure {
    let at = values["at"]?.text
    if kind != .pair, let pair = values["pair"] {
      throw failure(path, pair, "pair belongs to quantity: pair, not to \(kind.rawValue)")
    }
    func neighbors() throws(CommandError) -> PerplexityTarget {
      guard let place = values["at"] else { return target }
      guard let at, let target = PerplexityTarget(text: at) else {
        throw failure(
          path, place, "at is a number of neighbors such as 30, or a share of the others such as 5%"
        )
      }
      return target
    }
    switch kind {
    case .minimum, .temperature:
      if let place = values["at"] {
        throw failure(path, place, "at has no meaning for \(kind.rawValue)")
      }
      return kind == .minimum ? .minimum : .temperature
    case .perplexity: return .perplexity(try neighbors())
    case .accuracy: return .accuracy(try neighbors())
    case .loss:
      guard let at, let temperature = Double(at), temperature > 0, temperature.isFinite else {
        throw failure(
          path, values["at"] ?? node, "quantity: loss needs at: and a temperature above 0")
      }
      return .loss(temperature: temperature)
    case .pair:
      let names = values["pair"]?.list?.compactMap(\.text) ?? []
      guard names.count == 2, names[0] != names[1] else {
        throw failure(
          path, values["pair"] ?? node, "quantity: pair needs pair: [a, b] with two classes")
      }
      let sorted = names.sorted { $0.naturallyPrecedes($1) }
      return .pair(sorted[0], sorted[1], try neighbors())
    }
  }

  private static func nearest(_ name: String?, _ known: [String]) -> String {
    let near = known.listed(nearestTo: name ?? "", limit: 1)
    let first = near.components(separatedBy: " and ")[0]
    return known.count == 1
      ? ". Did you mean \(first)?"
      : ". Did you mean \(first)? There are \(known.joined(separator: ", "))."
  }

  private static func failure(_ path: String, _ node: YAMLNode, _ message: String) -> CommandError {
    let message = message.count > 1000 ? message.prefix(1000) + "…" : message[...]
    let end = message.hasSuffix(".") || message.hasSuffix("?") ? "" : "."
    return CommandError("\(path):\(node.line): \(message)\(end)")
  }
}
