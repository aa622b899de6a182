import Testing
import YAML

@Suite struct YAMLNodeTests {
  /// A node as text: what a test compares.
  private func told(_ node: YAMLNode?) -> String {
    guard let node else { return "nothing" }
    return switch node.content {
    case .text(let text): "'\(text)'"
    case .list(let nodes): "[" + nodes.map(told).joined(separator: " ") + "]"
    case .mapping(let members):
      "{" + members.map { told($0.key) + ": " + told($0.value) }.joined(separator: ", ") + "}"
    }
  }

  private func refusal(_ text: String) -> String? {
    do {
      _ = try YAMLNode.document(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "What YAML 1.1 says in several ways is one node",
    arguments: [
      ("a: 1\nb:\n  - x\n  - 'y z'\n", "{'a': '1', 'b': ['x' 'y z']}"),
      ("{a: 1, b: [x, \"y\\u0020z\"]}", "{'a': '1', 'b': ['x' 'y z']}"),
      ("---\na: ~\n...\n", "{'a': '~'}"),
      ("a: |\n  one\n  two\n", "{'a': 'one\ntwo\n'}"),
      ("- &n 5\n- *n\n- &l [*n]\n- *l\n", "['5' '5' ['5'] ['5']]"),
      ("é: \u{1F600}", "{'é': '\u{1F600}'}"),
      ("? [a]\n: b", "{['a']: 'b'}"),
      ("", "nothing"), ("# a remark", "nothing"), ("[]", "[]"), ("{}", "{}"),
    ])
  func content(text: String, expected: String) throws {
    #expect(told(try YAMLNode.document(text)) == expected)
  }

  @Test("A node knows its line") func line() throws {
    let root = try #require(try YAMLNode.document("# head\nrules:\n\n  - layer: a\n    at: 5\n"))
    let rule = try #require(root["rules"]?.list?.first)
    #expect(root.line == 2)
    #expect(rule.line == 4)
    #expect(rule["at"]?.line == 5)
    #expect(rule["at"]?.text == "5")
    #expect(rule["none"] == nil)
    #expect(rule.text == nil && rule.list == nil && root["rules"]?.mapping == nil)
  }

  @Test(
    "What is no YAML is refused with its place",
    arguments: [
      ("rules: [", "line 2, column 1"), ("a: *none", "found undefined alias in line 1, column 4"),
      ("a: 1\nb: 2\na: 3", "found the key a for the second time in line 3, column 1"),
      ("a\n---\nb", "expected a single document but found another in line 2, column 1"),
      ("a: 'x", "while scanning a quoted scalar, found unexpected end of stream"),
      ("a:\n\tb: 1", "line 2, column 1"), ("a: \u{7}", "control characters are not allowed"),
    ])
  func refusals(text: String, words: String) throws {
    let told = try #require(refusal(text))
    #expect(told.contains(words), "\(told)")
  }

  @Test("Depth has a limit") func depth() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(refusal(nested(100)) == nil)
    #expect(refusal(nested(101))?.contains("more than 100") == true)
    #expect(refusal(nested(500_000))?.contains("more than 100") == true)
  }

  /// Written out, the last line is 3 to the power of 40 texts.
  @Test("Aliases of aliases take no more than their text") func aliases() throws {
    var text = "- &a0 [x, x, x]\n"
    for level in 1..<40 {
      let name = "*a\(level - 1)"
      text += "- &a\(level) [\(name), \(name), \(name)]\n"
    }
    var node = try #require(try YAMLNode.document(text)?.list?.last)
    for _ in 0..<40 { node = try #require(node.list?.last) }
    #expect(node.text == "x")
  }
}
