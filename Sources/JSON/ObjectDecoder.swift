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
