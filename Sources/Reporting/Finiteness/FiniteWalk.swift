/// Finds numbers that are NaN or infinite by walking a record as it codes itself, so that a field
/// which is new is walked as well.
package enum FiniteWalk {
  /// The place of the first, as `curve[3].loss`; nil where all numbers are finite.
  ///
  /// A record whose coding throws is taken to end where it does.
  package static func firstNonFinite(in record: some Encodable) -> String? {
    do {
      try visit(record, at: .root)
    } catch let found as NonFinite {
      return found.place.text
    } catch {}
    return nil
  }

  private struct NonFinite: Error {
    let place: Place
  }

  /// The way from the record to a value, whose text is made only where it is asked for.
  fileprivate indirect enum Place: Sendable {
    case root
    case member(String, of: Place)
    case element(Int, of: Place)

    var text: String {
      switch self {
      case .root: ""
      case .member(let name, of: .root): name
      case .member(let name, of: let place): "\(place.text).\(name)"
      case .element(let index, of: let place): "\(place.text)[\(index)]"
      }
    }
  }

  fileprivate static func visit<Value: Encodable>(_ value: Value, at place: Place) throws {
    if plainTypes.contains(ObjectIdentifier(Value.self)) { return }
    if Value.self == Double.self, let number = value as? Double {
      if !number.isFinite { throw NonFinite(place: place) }
    } else if Value.self == Float.self, let number = value as? Float {
      if !number.isFinite { throw NonFinite(place: place) }
    } else if Value.self == [Double].self, let numbers = value as? [Double] {
      if let index = numbers.firstIndex(where: { !$0.isFinite }) {
        throw NonFinite(place: .element(index, of: place))
      }
    } else {
      try value.encode(to: Walker(place: place))
    }
  }

  /// What holds no number that could be other than finite.
  private static let plainTypes: Set<ObjectIdentifier> = [
    ObjectIdentifier(Bool.self), ObjectIdentifier(String.self), ObjectIdentifier(Int.self),
    ObjectIdentifier(Int8.self), ObjectIdentifier(Int16.self), ObjectIdentifier(Int32.self),
    ObjectIdentifier(Int64.self), ObjectIdentifier(UInt.self), ObjectIdentifier(UInt8.self),
    ObjectIdentifier(UInt16.self), ObjectIdentifier(UInt32.self), ObjectIdentifier(UInt64.self),
    ObjectIdentifier([Int].self), ObjectIdentifier([Int?].self), ObjectIdentifier([Int32].self),
    ObjectIdentifier([String].self),
  ]
}

/// An encoder that writes nothing.
private struct Walker: Encoder {
  let place: FiniteWalk.Place
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Members<Key>(place: place))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { Elements(place: place) }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(place: place) }

  struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let place: FiniteWalk.Place
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) {}

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
      try FiniteWalk.visit(value, at: .member(key.stringValue, of: place))
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      walker(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      walker(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { Walker(place: place) }

    func superEncoder(forKey key: Key) -> any Encoder { walker(key) }

    private func walker(_ key: Key) -> Walker {
      Walker(place: .member(key.stringValue, of: place))
    }
  }

  struct Elements: UnkeyedEncodingContainer {
    let place: FiniteWalk.Place
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(place: FiniteWalk.Place) {
      self.place = place
    }

    mutating func encodeNil() { count += 1 }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
      try FiniteWalk.visit(value, at: next())
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy keyType: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
      Walker(place: next()).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      Walker(place: next()).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { Walker(place: next()) }

    private mutating func next() -> FiniteWalk.Place {
      defer { count += 1 }
      return .element(count, of: place)
    }
  }

  struct Single: SingleValueEncodingContainer {
    let place: FiniteWalk.Place
    var codingPath: [any CodingKey] { [] }

    func encodeNil() {}

    func encode<Value: Encodable>(_ value: Value) throws {
      try FiniteWalk.visit(value, at: place)
    }
  }
}
