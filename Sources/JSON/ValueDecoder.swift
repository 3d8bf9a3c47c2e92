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
    if type == JSONValue.self {
      guard let any = JSONValue(value) else { throw outOfRange }
      if let any = any as? T { return any }
    }
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

  func decode(_ type: Double.Type) throws -> Double { try float(type) }
  func decode(_ type: Float.Type) throws -> Float { try float(type) }
  func decode(_ type: Int.Type) throws -> Int { try integer(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { try decodeWhole(type) }

  private func float<T: BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: T.Type
  ) throws -> T {
    guard case .number(let text) = value else { throw mismatch(type) }
    guard let number = T(text), number.isFinite else { throw outOfRange }
    return number
  }

  // 3.0 and 3e2 are integers too, however they are written.
  private func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
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
