import Activations

/// Makes floats or doubles of numbers as they are stored: floats where these hold every value of
/// the format, else doubles.
struct ElementDecoder {
  let type: ElementType

  /// Whether the numbers need doubles.
  var isWide: Bool { type.memorySize == 8 }

  /// Whether stored bytes are the values already.
  var isIdentity: Bool {
    !type.isSwapped && (type.kind == .float32 || type.kind == .float64)
  }

  /// - Precondition: `type` is not wide, and `bytes` holds as many numbers as `floats`.
  func decode(_ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>) {
    let isSwapped = type.isSwapped
    // Two loops rather than one with a question inside: the compiler makes vectors of these.
    @inline(__always)
    func each<Stored: FixedWidthInteger>(_: Stored.Type, _ float: (Stored) -> Float) {
      guard let source = bytes.baseAddress, let target = floats.baseAddress else { return }
      let size = MemoryLayout<Stored>.size
      if isSwapped {
        for index in 0..<floats.count {
          target[index] = float(
            source.loadUnaligned(fromByteOffset: index * size, as: Stored.self).byteSwapped)
        }
      } else {
        for index in 0..<floats.count {
          target[index] = float(
            source.loadUnaligned(fromByteOffset: index * size, as: Stored.self))
        }
      }
    }
    switch (type.kind, type.size) {
    case (.float16, _): each(UInt16.self) { HalfPrecision.float($0) }
    case (.bfloat16, _): each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case (.float32, _): each(UInt32.self) { Float(bitPattern: $0) }
    case (.float8E5M2, _): each(UInt8.self) { HalfPrecision.float(UInt16($0) << 8) }
    case (.float8E4M3, _): each(UInt8.self) { EighthPrecision.float($0) }
    case (.boolean, _), (.integer(isSigned: true), 1): each(Int8.self) { Float($0) }
    case (.integer(isSigned: true), 2): each(Int16.self) { Float($0) }
    case (.integer, 1): each(UInt8.self) { Float($0) }
    case (.integer, 2): each(UInt16.self) { Float($0) }
    default: preconditionFailure("\(type.name) is not read as float32")
    }
  }

  /// - Precondition: `type` is wide and known here, and `bytes` holds as many numbers as `doubles`.
  func decode(_ bytes: UnsafeRawBufferPointer, into doubles: UnsafeMutableBufferPointer<Double>) {
    let isSwapped = type.isSwapped
    func each<Stored: FixedWidthInteger>(_: Stored.Type, _ double: (Stored) -> Double) {
      for index in 0..<doubles.count {
        let stored: Stored = bytes[number: index]
        doubles[index] = double(isSwapped ? stored.byteSwapped : stored)
      }
    }
    switch (type.kind, type.size) {
    case (.float64, _): each(UInt64.self) { Double(bitPattern: $0) }
    case (.integer(isSigned: true), 4): each(Int32.self) { Double($0) }
    case (.integer(isSigned: true), 8): each(Int64.self) { Double($0) }
    case (.integer, 4): each(UInt32.self) { Double($0) }
    case (.integer, 8): each(UInt64.self) { Double($0) }
    default: preconditionFailure("\(type.name) is not read as float64")
    }
  }

  /// The first number that a double does not hold, for of 64 bits it keeps 53, with its value as text;
  /// nil for every other format than integers of 8 bytes.
  ///
  /// - Parameter isCounted: whether it matters, by its index.
  func firstInexact(
    _ bytes: UnsafeRawBufferPointer, count: Int, where isCounted: (Int) -> Bool
  ) -> (index: Int, value: String)? {
    guard type.isInteger, type.size == 8, !type.needsLibrary else { return nil }
    let (isSigned, isSwapped) = (type.isSignedInteger, type.isSwapped)
    for index in 0..<count {
      let stored: UInt64 = bytes[number: index]
      let bits = isSwapped ? stored.byteSwapped : stored
      if isSigned {
        let value = Int64(bitPattern: bits)
        if value.magnitude > 1 << 53, Int64(exactly: Double(value)) != value, isCounted(index) {
          return (index, String(value))
        }
      } else if bits > 1 << 53, UInt64(exactly: Double(bits)) != bits, isCounted(index) {
        return (index, String(bits))
      }
    }
    return nil
  }

  /// Integers of up to 8 bytes; unsigned ones keep their bits.
  func integers(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Int64] {
    let isSwapped = type.isSwapped
    func each<Stored: FixedWidthInteger>(_: Stored.Type) -> [Int64] {
      (0..<count).map { index in
        let stored: Stored = bytes[number: index]
        return Int64(truncatingIfNeeded: isSwapped ? stored.byteSwapped : stored)
      }
    }
    switch (type.isSignedInteger, type.size) {
    case (true, 1): return each(Int8.self)
    case (true, 2): return each(Int16.self)
    case (true, 4): return each(Int32.self)
    case (true, _): return each(Int64.self)
    case (false, 1): return each(UInt8.self)
    case (false, 2): return each(UInt16.self)
    case (false, 4): return each(UInt32.self)
    case (false, _): return each(UInt64.self)
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate subscript<Stored: FixedWidthInteger>(number index: Int) -> Stored {
    @inline(__always) get {
      loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self)
    }
  }
}

/// Floats of eight bits with four of exponent and three of mantissa, without infinities
/// (E4M3FN; Micikevicius et al., FP8 Formats for Deep Learning, arXiv 2209.05433).
enum EighthPrecision {
  static func float(_ bits: UInt8) -> Float {
    let mantissa = Float(bits & 0x07)
    let exponent = Int(bits >> 3 & 0x0F)
    if bits & 0x7F == 0x7F { return .nan }
    let magnitude =
      exponent == 0
      ? mantissa * 0x1p-9
      : Float(sign: .plus, exponent: exponent - 7, significand: 1 + mantissa / 8)
    return bits & 0x80 == 0 ? magnitude : -magnitude
  }
}

/// Float or Double, as what layers are read.
protocol DecodedNumber: BinaryFloatingPoint, Sendable {
  /// Fills `numbers` by way of `decoder`, which knows the type itself.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, by decoder: ElementDecoder,
    into numbers: UnsafeMutableBufferPointer<Self>)

  static func values(_ numbers: [Self]) -> ActivationMatrix.Values
}

extension Float: DecodedNumber {
  static func decode(
    _ bytes: UnsafeRawBufferPointer, by decoder: ElementDecoder,
    into numbers: UnsafeMutableBufferPointer<Float>
  ) {
    decoder.decode(bytes, into: numbers)
  }

  static func values(_ numbers: [Float]) -> ActivationMatrix.Values { .float32(numbers) }
}

extension Double: DecodedNumber {
  static func values(_ numbers: [Double]) -> ActivationMatrix.Values { .float64(numbers) }

  static func decode(
    _ bytes: UnsafeRawBufferPointer, by decoder: ElementDecoder,
    into numbers: UnsafeMutableBufferPointer<Double>
  ) {
    if decoder.isWide { return decoder.decode(bytes, into: numbers) }
    // One file of several keeps a layer in a narrower type than another.
    let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: numbers.count)
    defer { floats.deallocate() }
    decoder.decode(bytes, into: floats)
    for index in 0..<numbers.count { numbers[index] = Double(floats[index]) }
  }
}

extension ElementDecoder {
  /// Below this a second thread costs more than it saves.
  private static let numbersOfThread = 1 << 17

  /// Decodes on several threads, each a part of its own.
  func decode<Number: DecodedNumber>(
    _ bytes: UnsafeRawBufferPointer, on threadCount: Int,
    into numbers: UnsafeMutableBufferPointer<Number>
  ) {
    let parts = max(1, min(threadCount, numbers.count / Self.numbersOfThread))
    guard parts > 1 else { return Number.decode(bytes, by: self, into: numbers) }
    let length = (numbers.count + parts - 1) / parts
    nonisolated(unsafe) let (source, target) = (bytes, numbers)
    Threads.forEach(parts, on: parts) { part in
      let range = part * length..<min((part + 1) * length, target.count)
      Number.decode(
        UnsafeRawBufferPointer(
          rebasing: source[range.lowerBound * type.size..<range.upperBound * type.size]),
        by: self, into: UnsafeMutableBufferPointer(rebasing: target[range]))
    }
  }
}
