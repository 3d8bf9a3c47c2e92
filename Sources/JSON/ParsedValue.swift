/// One JSON value as it was read, with members in order and numbers still as their text.
///
/// What a number is depends on who asks: 12345678901234567890 is no `Int64`, but a `UInt64` and a
/// `Double`.
enum ParsedValue {
  struct Member {
    let key: String
    let value: ParsedValue
  }

  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([ParsedValue])
  case object([Member])

  var isNull: Bool {
    if case .null = self { true } else { false }
  }
}

extension ParsedValue {
  /// The members of an object that has only texts and nulls, as headers are; of those with the same
  /// key the last.
  var texts: [String: String?]? {
    guard case .object(let members) = self else { return nil }
    var texts: [String: String?] = [:]
    texts.reserveCapacity(members.count)
    for member in members {
      switch member.value {
      case .string(let text): texts[member.key] = .some(text)
      case .null: texts[member.key] = .some(nil)
      default: return nil
      }
    }
    return texts
  }
}

extension JSONValue {
  /// Nil when a number is too large even for `Double`, and so could not be written again.
  init?(_ parsed: ParsedValue) {
    switch parsed {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .string(let value): self = .string(value)
    case .number(let text):
      if let integer = Int64(text) {
        self = .integer(integer)
      } else {
        guard let number = Double(text), number.isFinite else { return nil }
        self = .number(number)
      }
    case .array(let elements):
      var array: [JSONValue] = []
      array.reserveCapacity(elements.count)
      for element in elements {
        guard let value = JSONValue(element) else { return nil }
        array.append(value)
      }
      self = .array(array)
    case .object(let members):
      var object = [String: JSONValue](minimumCapacity: members.count)
      for member in members {
        guard let value = JSONValue(member.value) else { return nil }
        object[member.key] = value
      }
      self = .object(object)
    }
  }
}

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
    defer { position = reader.position }
    return try reader.read(bytes)
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
