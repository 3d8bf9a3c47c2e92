/// Encodes a value into the tree that becomes JSON text.
struct ValueEncoder: Encoder {
  let target: EncodedValue
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func encodeWhole(_ value: some Encodable) throws {
    switch value {
    case let text as String: target.content = .string(text)
    default: try value.encode(to: self)
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .object = target.content {} else { target.content = .object([]) }
    return KeyedEncodingContainer(ObjectEncoder(target: target, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .array = target.content {} else { target.content = .array([]) }
    return ArrayEncoder(target: target, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    self
  }
}

extension ValueEncoder: SingleValueEncodingContainer {
  func encodeNil() { target.content = .null }
  func encode(_ value: Bool) { target.content = .bool(value) }
  func encode(_ value: String) { target.content = .string(value) }
  func encode(_ value: Double) throws { target.content = .number(try finite(value)) }
  func encode(_ value: Int) { target.content = .signed(Int64(value)) }
  func encode(_ value: Int8) { target.content = .signed(Int64(value)) }
  func encode(_ value: Int16) { target.content = .signed(Int64(value)) }
  func encode(_ value: Int32) { target.content = .signed(Int64(value)) }
  func encode(_ value: Int64) { target.content = .signed(value) }
  func encode(_ value: UInt) { target.content = .unsigned(UInt64(value)) }
  func encode(_ value: UInt8) { target.content = .unsigned(UInt64(value)) }
  func encode(_ value: UInt16) { target.content = .unsigned(UInt64(value)) }
  func encode(_ value: UInt32) { target.content = .unsigned(UInt64(value)) }
  func encode(_ value: UInt64) { target.content = .unsigned(value) }
  func encode(_ value: some Encodable) throws { try encodeWhole(value) }

  // Through Double, 0.1 would become 0.10000000149011612: the shortest text of the Float is meant.
  func encode(_ value: Float) throws {
    target.content = .number(try finite(Double(value.description) ?? Double(value)))
  }

  private func finite(_ value: Double) throws(JSONError) -> Double {
    guard value.isFinite else {
      throw JSONError(code: .unencodable, path: codingPath, expected: "a finite number")
    }
    return value
  }
}

private struct ArrayEncoder: UnkeyedEncodingContainer {
  let target: EncodedValue
  let codingPath: [any CodingKey]
  var count: Int { target.elementCount }

  private func next() -> ValueEncoder {
    let path = codingPath + [IndexKey(count)]
    return ValueEncoder(target: target.appendElement(), codingPath: path)
  }

  func encodeNil() { next().encodeNil() }
  func encode(_ value: some Encodable) throws { try next().encodeWhole(value) }
  func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    next().container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
  func superEncoder() -> any Encoder { next() }
}

private struct ObjectEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let target: EncodedValue
  let codingPath: [any CodingKey]

  private func member(_ key: some CodingKey) -> ValueEncoder {
    let path = codingPath + [key]
    return ValueEncoder(target: target.appendMember(key.stringValue), codingPath: path)
  }

  func encodeNil(forKey key: Key) { member(key).encodeNil() }
  func encode(_ value: some Encodable, forKey key: Key) throws {
    try member(key).encodeWhole(value)
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    member(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    member(key).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { member(SuperKey.super) }
  func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

/// One JSON value on its way from an encoder to text, with the keys of objects in order.
///
/// A class, because an encoder hands out containers that go on filling what they were given.
final class EncodedValue {
  enum Content {
    case unset
    case null
    case bool(Bool)
    case signed(Int64)
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([EncodedValue])
    case object([(key: String, value: EncodedValue)])
  }

  var content: Content = .unset

  var elementCount: Int {
    guard case .array(let elements) = content else { return 0 }
    return elements.count
  }

  // The list is taken out before it grows: appending to a copy would make encoding quadratic.
  func appendElement() -> EncodedValue {
    var elements: [EncodedValue] = []
    if case .array(let existing) = content { elements = existing }
    content = .unset
    let element = EncodedValue()
    elements.append(element)
    content = .array(elements)
    return element
  }

  func appendMember(_ key: String) -> EncodedValue {
    var members: [(key: String, value: EncodedValue)] = []
    if case .object(let existing) = content { members = existing }
    content = .unset
    let member = EncodedValue()
    members.append((key, member))
    content = .object(members)
    return member
  }

  func write(to writer: inout JSONWriter) {
    switch content {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .signed(let value): writer.integer(value)
    case .unsigned(let value): writer.integer(value)
    case .number(let value): writer.number(value)
    case .string(let value): writer.string(value)
    case .array(let elements):
      writer.beginArray()
      for element in elements { element.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.key(member.key)
        member.value.write(to: &writer)
      }
      writer.endObject()
    case .unset:
      writer.beginObject()
      writer.endObject()
    }
  }
}
