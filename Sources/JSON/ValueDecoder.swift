/// Decodes Swift values from values that were read.
struct ValueDecoder: Decoder {
  let value: ParsedValue
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let members) = value else { throw mismatch([String: Any].self) }
    return KeyedDecodingContainer(ObjectDecoder(members: members, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw mismatch([Any].self) }
    return ArrayDecoder(elements: elements, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    self
  }

  /// Decodes a value of any type, the standard ones without a detour.
  func decodeWhole<T: Decodable>(_ type: T.Type) throws -> T {
    if type == [String: String?].self, let texts = value.texts as? T { return texts }
    return try T(from: self)
  }

  private func mismatch(_ type: Any.Type) -> DecodingError {
    let context = DecodingError.Context(codingPath: codingPath, debugDescription: "")
    if case .null = value { return .valueNotFound(type, context) }
    return .typeMismatch(type, context)
  }
}

extension ValueDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool {
    value.isNull
  }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard case .bool(let bool) = value else { throw mismatch(type) }
    return bool
  }

  func decode(_ type: String.Type) throws -> String {
    guard case .string(let text) = value else { throw mismatch(type) }
    return text
  }

  func decode<T: Decodable>(_ type: T.Type) throws -> T { try decodeWhole(type) }

  func decode<T: Decodable & BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: T.Type
  ) throws -> T {
    guard case .number(let text) = value else { throw mismatch(type) }
    guard let number = T(text), number.isFinite else { throw outOfRange }
    return number
  }

  // 3.0 and 3e2 are integers too, however they are written.
  func decode<T: Decodable & FixedWidthInteger>(_ type: T.Type) throws -> T {
    guard case .number(let text) = value else { throw mismatch(type) }
    if let number = T(text) { return number }
    guard let number = Double(text), number == number.rounded() else { throw mismatch(type) }
    guard text.utf8.contains(where: { $0 | 0x20 == 0x65 || $0 == 0x2E }),
      let exact = T(exactly: number)
    else { throw outOfRange }
    return exact
  }

  private var outOfRange: DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: ""))
  }
}

/// Decodes the members of an object.
struct ObjectDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
  // Up to this many, looking at each key costs less than hashing.
  private static var linearLimit: Int { 16 }

  let codingPath: [any CodingKey]
  private let members: [ParsedValue.Member]
  private let positions: [String: Int]

  init(members: [ParsedValue.Member], codingPath: [any CodingKey]) {
    self.members = members
    self.codingPath = codingPath
    var positions: [String: Int] = [:]
    if members.count > Self.linearLimit {
      for (position, member) in members.enumerated() { positions[member.key] = position }
    }
    self.positions = positions
  }

  var allKeys: [Key] {
    members.compactMap { Key(stringValue: $0.key) }
  }

  func contains(_ key: Key) -> Bool {
    value(key.stringValue) != nil
  }

  // What most members of an event are is looked at first, because a decoder for each of them, with
  // its path for an error that hardly ever comes, takes many times longer than the value.

  func decodeNil(forKey key: Key) throws -> Bool {
    if let value = value(key.stringValue) { return value.isNull }
    return try member(key).decodeNil()
  }

  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    if case .string(let text) = value(key.stringValue) { return text }
    return try member(key).decode(type)
  }

  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    guard let value = value(key.stringValue), !value.isNull else { return nil }
    if case .string(let text) = value { return text }
    return try member(key).decode(type)
  }

  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    guard let value = value(key.stringValue), !value.isNull else { return nil }
    return try member(key).decode(type)
  }

  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
    guard let value = value(key.stringValue), !value.isNull else { return nil }
    return try member(key).decodeWhole(type)
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try member(key).decodeWhole(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try member(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    ValueDecoder(
      value: value(SuperKey.super.stringValue) ?? .null, codingPath: codingPath + [SuperKey.super])
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    try member(key)
  }

  private func member(_ key: Key) throws -> ValueDecoder {
    guard let value = value(key.stringValue) else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: ""))
    }
    return ValueDecoder(value: value, codingPath: codingPath + [key])
  }

  // Of members with the same key the last counts, as it does nearly everywhere.
  private func value(_ name: String) -> ParsedValue? {
    if members.count > Self.linearLimit { return positions[name].map { members[$0].value } }
    return members.last { $0.key == name }?.value
  }
}

/// Decodes the elements of an array, one after the other.
struct ArrayDecoder: UnkeyedDecodingContainer {
  let elements: [ParsedValue]
  let codingPath: [any CodingKey]
  private(set) var currentIndex = 0

  init(elements: [ParsedValue], codingPath: [any CodingKey]) {
    self.elements = elements
    self.codingPath = codingPath
  }

  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  mutating func decodeNil() throws -> Bool {
    guard try current(Never?.self).decodeNil() else { return false }
    currentIndex += 1
    return true
  }

  // The position moves on only if the element could be decoded: another type may be tried.
  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let value = try current(type).decodeWhole(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let container = try current([String: Any].self).container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try current([Any].self).unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = try current([String: Any].self)
    currentIndex += 1
    return decoder
  }

  private func current(_ type: Any.Type) throws -> ValueDecoder {
    let path = codingPath + [IndexKey(currentIndex)]
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        type, DecodingError.Context(codingPath: path, debugDescription: ""))
    }
    return ValueDecoder(value: elements[currentIndex], codingPath: path)
  }
}

/// A position in an array, as a coding key.
struct IndexKey: CodingKey {
  let index: Int

  init(_ index: Int) { self.index = index }
  init?(intValue: Int) { self.init(intValue) }
  init?(stringValue: String) { nil }

  var intValue: Int? { index }
  var stringValue: String { String(index) }
}

/// The key under which a class's superclass is encoded.
enum SuperKey: CodingKey { case `super` }
