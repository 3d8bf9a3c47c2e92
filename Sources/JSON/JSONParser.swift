/// Reads JSON text (RFC 8259), strictly, into values.
///
/// The text is lent to each call, because a value that holds a span needs a language feature that
/// is still an experiment.
struct JSONParser {
  /// Deeper nesting is refused: it would use up the stack, and no event of any service has it.
  private static let depthLimit = 512

  private var position = 0
  private var depth = 0

  /// Reads the one value that the whole text is.
  static func parse(_ bytes: Span<UInt8>) throws(JSONError) -> ParsedValue {
    var parser = JSONParser()
    let value = try parser.value(bytes)
    parser.skipSpace(bytes)
    guard parser.position == bytes.count else { throw parser.error("the end of the text") }
    return value
  }

  private mutating func value(_ bytes: Span<UInt8>) throws(JSONError) -> ParsedValue {
    skipSpace(bytes)
    switch peek(bytes) {
    case UInt8(ascii: "{"): return try object(bytes)
    case UInt8(ascii: "["): return try array(bytes)
    case UInt8(ascii: "\""): return .string(try string(bytes))
    case UInt8(ascii: "t"): return try literal("true", .bool(true), bytes)
    case UInt8(ascii: "f"): return try literal("false", .bool(false), bytes)
    case UInt8(ascii: "n"): return try literal("null", .null, bytes)
    case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), UInt8(ascii: "-"): return try number(bytes)
    default: throw error("a value")
    }
  }

  private mutating func object(_ bytes: Span<UInt8>) throws(JSONError) -> ParsedValue {
    try enter()
    var members: [ParsedValue.Member] = []
    skipSpace(bytes)
    if take(UInt8(ascii: "}"), bytes) { return leave(.object(members)) }
    while true {
      skipSpace(bytes)
      guard peek(bytes) == UInt8(ascii: "\"") else { throw error("a key in quotes") }
      let key = try string(bytes)
      skipSpace(bytes)
      guard take(UInt8(ascii: ":"), bytes) else { throw error("a colon") }
      members.append(ParsedValue.Member(key: key, value: try value(bytes)))
      skipSpace(bytes)
      if take(UInt8(ascii: "}"), bytes) { return leave(.object(members)) }
      guard take(UInt8(ascii: ","), bytes) else { throw error("a comma or a closing brace") }
    }
  }

  private mutating func array(_ bytes: Span<UInt8>) throws(JSONError) -> ParsedValue {
    try enter()
    var elements: [ParsedValue] = []
    skipSpace(bytes)
    if take(UInt8(ascii: "]"), bytes) { return leave(.array(elements)) }
    while true {
      elements.append(try value(bytes))
      skipSpace(bytes)
      if take(UInt8(ascii: "]"), bytes) { return leave(.array(elements)) }
      guard take(UInt8(ascii: ","), bytes) else { throw error("a comma or a closing bracket") }
    }
  }

  private mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= Self.depthLimit else { throw error("less nesting") }
    position += 1
  }

  private mutating func leave(_ value: ParsedValue) -> ParsedValue {
    depth -= 1
    return value
  }

  private mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
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

  private mutating func literal(
    _ text: StaticString, _ value: ParsedValue, _ bytes: Span<UInt8>
  ) throws(JSONError) -> ParsedValue {
    for offset in 0..<text.utf8CodeUnitCount {
      guard position + offset < bytes.count,
        unsafe bytes[position + offset] == text.utf8Start[offset]
      else { throw error("true, false or null") }
    }
    position += text.utf8CodeUnitCount
    return value
  }

  private mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> ParsedValue {
    let start = position
    _ = take(UInt8(ascii: "-"), bytes)
    if !take(UInt8(ascii: "0"), bytes) { try digits(bytes) }
    if take(UInt8(ascii: "."), bytes) { try digits(bytes) }
    if take(UInt8(ascii: "e"), bytes) || take(UInt8(ascii: "E"), bytes) {
      if !take(UInt8(ascii: "+"), bytes) { _ = take(UInt8(ascii: "-"), bytes) }
      try digits(bytes)
    }
    let text = bytes.extracting(start..<position)
    return .number(
      unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) })
  }

  private mutating func digits(_ bytes: Span<UInt8>) throws(JSONError) {
    let start = position
    while let byte = peek(bytes), (0x30...0x39).contains(byte) { position += 1 }
    guard position > start else { throw error("a digit") }
  }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while let byte = peek(bytes), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private func peek(_ bytes: Span<UInt8>) -> UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard peek(bytes) == byte else { return false }
    position += 1
    return true
  }

  private func error(_ expected: String) -> JSONError {
    JSONError(code: .malformed, path: "", expected: "\(expected) at byte \(position)")
  }
}
