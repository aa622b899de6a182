/// A part of a YAML file, with its line: a text, a list or a mapping.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    case text(String)
    case list([YAMLNode])
    /// In the order of the file. No two keys are the same text.
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  package let content: Content
  /// From 1; of an alias, where what it stands for is.
  package let line: Int
}

extension YAMLNode {
  /// A scalar as it is written: `1e-3`, `yes` and `~` are texts, too.
  package var text: String? {
    if case .text(let text) = content { text } else { nil }
  }

  package var list: [YAMLNode]? {
    if case .list(let nodes) = content { nodes } else { nil }
  }

  package var mapping: [(key: YAMLNode, value: YAMLNode)]? {
    if case .mapping(let members) = content { members } else { nil }
  }

  /// The member of a mapping.
  package subscript(name: String) -> YAMLNode? {
    mapping?.first { $0.key.text == name }?.value
  }
}

/// Why a text is no YAML, and where.
package struct YAMLError: Error, CustomStringConvertible {
  package let problem: String
  /// From 1.
  package let line: Int
  package let column: Int

  /// Such as `found undefined alias in line 3, column 5`.
  package var description: String { "\(problem) in line \(line), column \(column)" }
}
