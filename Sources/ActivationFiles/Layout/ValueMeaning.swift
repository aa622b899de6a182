/// What attributes of a dataset say that its stored numbers mean: a scale and an offset, and which
/// values stand for none (NetCDF Climate and Forecast conventions, sections 2.5.1 and 8.1).
///
/// value = stored × scale + offset; a stored value that is one of `codes`, or beyond `bounds`, is
/// missing. It goes with the array it is of, so that whatever reads the array reads values.
package struct ValueMeaning: Sendable, Equatable {
  /// A stored value that stands for none.
  struct Code: Sendable, Equatable {
    let number: Double
    /// The same exactly where integers are stored; the bits of an unsigned one.
    let integer: Int64?
    /// What says so: `its _FillValue`.
    let reason: String
  }

  /// The least and the largest value that is valid.
  struct Bounds: Sendable, Equatable {
    var lower: Double?
    var upper: Double?
    /// Whether they bound the values, and not the stored numbers.
    var isOfValues = false
  }

  var scale: Double?
  var offset: Double?
  var codes: [Code] = []
  var bounds: Bounds?
  /// Texts that stand for none.
  var texts: [String] = []
  /// The path of a dataset that is true where a value is missing.
  var mask: String?
  /// Why the values cannot be told: "has the attribute …".
  var fault: String?

  /// Whether values are other numbers than those stored.
  var isScaled: Bool { scale != nil || offset != nil }
  /// Whether it says nothing.
  var isEmpty: Bool { self == ValueMeaning() }
  /// Whether stored numbers may be missing or mean others.
  private var isPlain: Bool { !isScaled && codes.isEmpty && bounds == nil }

  func value(of stored: Double) -> Double { stored * (scale ?? 1) + (offset ?? 0) }

  /// Why a stored number is no value; nil if it is one.
  func reason(against stored: Double, integer: Int64? = nil) -> String? {
    let code = codes.first { code in
      if let integer, let own = code.integer { return integer == own }
      return code.number == stored
    }
    if let code { return "\(integer.map(String.init) ?? stored.asText) is \(code.reason)" }
    guard let bounds else { return nil }
    let bounded = bounds.isOfValues ? value(of: stored) : stored
    let limit =
      bounds.lower.flatMap { bounded < $0 ? $0 : nil }
      ?? bounds.upper.flatMap { bounded > $0 ? $0 : nil }
    guard let limit else { return nil }
    return "\(bounded.asText) is beyond \(limit.asText), its valid range"
  }

  /// Makes values of stored numbers, in place; what is missing becomes NaN.
  /// - Returns: why the first that is missing is; nil where none is.
  func apply<Number: DecodedNumber>(
    to numbers: UnsafeMutableBufferPointer<Number>
  ) -> String? {
    guard !isPlain else { return nil }
    let codes = codes.map { Number($0.number) }
    let isScaled = isScaled
    var first: String?
    for index in numbers.indices {
      let stored = numbers[index]
      if codes.contains(stored) || bounds != nil && reason(against: Double(stored)) != nil {
        first = first ?? reason(against: Double(stored))
        numbers[index] = .nan
      } else if isScaled {
        numbers[index] = Number(value(of: Double(stored)))
      }
    }
    return first
  }

  /// What was done to the numbers, in words; nil if nothing was.
  var scaling: String? {
    guard isScaled, fault == nil else { return nil }
    let shift = offset ?? 0
    return "stored × \(scale ?? 1)" + (shift == 0 ? "" : shift < 0 ? " − \(-shift)" : " + \(shift)")
  }
}

extension Double {
  /// A whole number without its point.
  fileprivate var asText: String { Int64(exactly: self).map(String.init) ?? "\(self)" }
}

extension StoredArray {
  /// Bytes of a value in memory: a scaled one is a double.
  var memorySize: Int { meaning?.isScaled == true ? 8 : type.memorySize }

  /// Throws where it cannot be told what the stored numbers mean.
  func requireMeaning(at site: DatasetSite) throws(ActivationFileError) {
    if let fault = meaning?.fault { throw .unreadable(site, because: fault) }
    if site.layer != nil, meaning?.mask != nil { throw .hasMask(site) }
  }
}
