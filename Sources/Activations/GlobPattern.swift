/// A shell pattern: `*` any run of characters (slashes too), `?` one character, `[a-z]` one of a
/// set, `[!a-z]` one outside it. Everything else stands for itself.
package struct GlobPattern: Sendable {
  private enum Token {
    case character(Unicode.Scalar)
    case any
    case anyRun
    case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)

    func matches(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .character(let expected): scalar == expected
      case .any, .anyRun: true
      case .set(let ranges, let isNegated):
        ranges.contains { $0.contains(scalar) } != isNegated
      }
    }
  }

  private let tokens: [Token]

  package init(_ pattern: String) {
    var tokens: [Token] = []
    var rest = Substring(pattern).unicodeScalars
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*": tokens.append(.anyRun)
      case "?": tokens.append(.any)
      case "[":
        if let (set, end) = Self.set(in: rest) {
          tokens.append(set)
          rest = rest[end...]
        } else {
          tokens.append(.character(scalar))
        }
      default: tokens.append(.character(scalar))
      }
    }
    self.tokens = tokens
  }

  package func matches(_ name: String) -> Bool {
    let scalars = Array(name.unicodeScalars)
    var position = 0
    var token = 0
    // Where to resume when a later token fails: the last `*` then takes one character more.
    var retry: (token: Int, position: Int)?
    while position < scalars.count {
      if token < tokens.count, case .anyRun = tokens[token] {
        token += 1
        retry = (token, position)
      } else if token < tokens.count, tokens[token].matches(scalars[position]) {
        token += 1
        position += 1
      } else if let (after, start) = retry {
        token = after
        position = start + 1
        retry = (after, position)
      } else {
        return false
      }
    }
    return tokens[token...].allSatisfy { if case .anyRun = $0 { true } else { false } }
  }

  /// The set that `rest` begins with, behind its opening bracket, and where it ends.
  private static func set(
    in rest: Substring.UnicodeScalarView
  ) -> (Token, Substring.UnicodeScalarView.Index)? {
    var rest = rest
    var isNegated = false
    if let first = rest.first, first == "!" || first == "^" {
      isNegated = true
      rest.removeFirst()
    }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while let scalar = rest.popFirst() {
      if scalar == "]" && !ranges.isEmpty {
        return (.set(ranges, isNegated: isNegated), rest.startIndex)
      }
      if rest.first == "-", let last = rest.dropFirst().first, last != "]" {
        rest.removeFirst(2)
        ranges.append(scalar <= last ? scalar...last : last...scalar)
      } else {
        ranges.append(scalar...scalar)
      }
    }
    return nil
  }
}
