extension String {
  /// Whether this name comes before another when runs of digits compare as numbers:
  /// `layer2` before `layer10`, `epoch_9` before `epoch_10`.
  package func naturallyPrecedes(_ other: String) -> Bool {
    var left = Substring(self).unicodeScalars
    var right = Substring(other).unicodeScalars
    while let first = left.first, let second = right.first {
      if first.isDigit && second.isDigit {
        let leftNumber = left.removeLeadingNumber()
        let rightNumber = right.removeLeadingNumber()
        if leftNumber.count != rightNumber.count { return leftNumber.count < rightNumber.count }
        if leftNumber != rightNumber {
          return leftNumber.lexicographicallyPrecedes(rightNumber)
        }
      } else {
        if first != second { return first < second }
        left.removeFirst()
        right.removeFirst()
      }
    }
    if left.isEmpty != right.isEmpty { return left.isEmpty }
    // Equal but for leading zeros ("1" and "01"): any fixed order will do.
    return self.unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars)
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}

extension Substring.UnicodeScalarView {
  /// Takes the digits at the front off; returns them without leading zeros.
  fileprivate mutating func removeLeadingNumber() -> [Unicode.Scalar] {
    let digits = prefix { $0.isDigit }
    removeFirst(digits.count)
    return Array(digits.drop { $0 == "0" })
  }
}
