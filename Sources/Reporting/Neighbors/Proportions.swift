internal import Neighbors

extension JSONValue {
  /// The share; null of nothing.
  static func optional(_ proportion: Proportion?) -> JSONValue {
    proportion.map { $0.total > 0 ? .number($0.value) : .null } ?? .null
  }
}
