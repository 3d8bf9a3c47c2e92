extension JSONScanner {
  /// Reads the one value that a whole text is.
  static func parse(_ bytes: Span<UInt8>) throws(JSONError) -> ParsedValue {
    var scanner = JSONScanner()
    let value = try scanner.value(bytes)
    try scanner.finish(bytes)
    return value
  }

  /// Passes the next value, which must be a string, and returns its text without escapes.
  ///
  /// - Throws: An error when it is no string, or none in UTF-8.
  public mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
    guard try kind(bytes) == .string else { throw error("a string") }
    var reader = StringReader(openingQuote: position)
    do {
      let text = try reader.read(bytes)
      position = reader.position
      return text
    } catch {
      position = reader.position
      throw self.error(error.expected)
    }
  }

  private mutating func value(_ bytes: Span<UInt8>) throws(JSONError) -> ParsedValue {
    switch try kind(bytes) {
    case .object:
      var members: [ParsedValue.Member] = []
      try eachMember(bytes) { (scanner, key) throws(JSONError) in
        var reader = JSONScanner(at: key.lowerBound - 1)
        let name = try reader.string(bytes)
        members.append(ParsedValue.Member(key: name, value: try scanner.value(bytes)))
      }
      return .object(members)
    case .array:
      var elements: [ParsedValue] = []
      try eachElement(bytes) { (scanner) throws(JSONError) in
        elements.append(try scanner.value(bytes))
      }
      return .array(elements)
    case .string: return .string(try string(bytes))
    case .number:
      let text = bytes.extracting(try skipValue(bytes))
      return .number(
        unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) })
    case .bool:
      let isTrue = bytes[position] == UInt8(ascii: "t")
      try skipValue(bytes)
      return .bool(isTrue)
    case .null:
      try skipValue(bytes)
      return .null
    }
  }
}
