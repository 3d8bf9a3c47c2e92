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
