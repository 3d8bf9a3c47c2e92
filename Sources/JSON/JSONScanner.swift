/// Walks over JSON text (RFC 8259), strictly, without building values.
///
/// A caller that wants a few members of a large text takes their bytes and skips the rest. The text
/// is lent to each call, because a value that holds a span needs a language feature that is still
/// an experiment; every call of one walk must be lent the same text. Strings are not checked to be
/// UTF-8 until they are read as text.
public struct JSONScanner: Sendable {
  /// Names what a value is, by its first byte.
  public enum Kind: Sendable, Equatable {
    case object, array, string, number, bool, null
  }

  /// Deeper nesting is refused: it would use up the stack, and no event of any service has it.
  private static let depthLimit = 512

  /// The byte that is looked at next.
  public internal(set) var position: Int
  private var depth = 0

  /// Starts at a byte of the text.
  public init(at position: Int = 0) {
    self.position = position
  }

  /// Says what the next value is, without passing it.
  ///
  /// - Throws: An error when no value begins here.
  public mutating func kind(_ bytes: Span<UInt8>) throws(JSONError) -> Kind {
    skipSpace(bytes)
    return switch peek(bytes) {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "n"): .null
    case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), UInt8(ascii: "-"): .number
    default: throw error("a value")
    }
  }

  /// Passes the next value and returns where it stands, without the space around it.
  @discardableResult
  public mutating func skipValue(_ bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let kind = try kind(bytes)
    let start = position
    switch kind {
    case .object:
      try eachMember(bytes) { (scanner, _) throws(JSONError) in try scanner.skipValue(bytes) }
    case .array:
      try eachElement(bytes) { (scanner) throws(JSONError) in try scanner.skipValue(bytes) }
    case .string: try skipString(bytes)
    case .number: try skipNumber(bytes)
    case .bool where bytes[position] == UInt8(ascii: "t"): try skipLiteral("true", bytes)
    case .bool: try skipLiteral("false", bytes)
    case .null: try skipLiteral("null", bytes)
    }
    return start..<position
  }

  /// Passes so many bytes, which the caller knows to be one value: they equal one passed before.
  public mutating func pass(_ count: Int) {
    position += count
  }

  /// Passes an object, with the body passing the value of each member.
  ///
  /// The body is given where the key's text stands, between its quotes and with its escapes.
  public mutating func eachMember(
    _ bytes: Span<UInt8>,
    _ body: (inout JSONScanner, _ key: Range<Int>) throws(JSONError) -> Void
  ) throws(JSONError) {
    try enter("{", "an object", bytes)
    skipSpace(bytes)
    if take(UInt8(ascii: "}"), bytes) { return depth -= 1 }
    while true {
      skipSpace(bytes)
      guard peek(bytes) == UInt8(ascii: "\"") else { throw error("a key in quotes") }
      let start = position + 1
      try skipString(bytes)
      let key = start..<(position - 1)
      skipSpace(bytes)
      guard take(UInt8(ascii: ":"), bytes) else { throw error("a colon") }
      try body(&self, key)
      skipSpace(bytes)
      if take(UInt8(ascii: "}"), bytes) { return depth -= 1 }
      guard take(UInt8(ascii: ","), bytes) else { throw error("a comma or a closing brace") }
    }
  }

  /// Passes an array, with the body passing each element.
  public mutating func eachElement(
    _ bytes: Span<UInt8>, _ body: (inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    try enter("[", "an array", bytes)
    skipSpace(bytes)
    if take(UInt8(ascii: "]"), bytes) { return depth -= 1 }
    while true {
      try body(&self)
      skipSpace(bytes)
      if take(UInt8(ascii: "]"), bytes) { return depth -= 1 }
      guard take(UInt8(ascii: ","), bytes) else { throw error("a comma or a closing bracket") }
    }
  }

  /// Passes the space after the last value.
  ///
  /// - Throws: An error when there is anything else.
  public mutating func finish(_ bytes: Span<UInt8>) throws(JSONError) {
    skipSpace(bytes)
    guard position == bytes.count else { throw error("the end of the text") }
  }

  private mutating func enter(
    _ bracket: Unicode.Scalar, _ noun: String, _ bytes: Span<UInt8>
  ) throws(JSONError) {
    skipSpace(bytes)
    guard take(UInt8(ascii: bracket), bytes) else { throw error(noun) }
    depth += 1
    guard depth <= Self.depthLimit else { throw error("less nesting") }
  }

  mutating func skipSpace(_ bytes: Span<UInt8>) {
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

  func error(_ expected: String) -> JSONError {
    JSONError(malformedAt: position, expected: expected)
  }
}

extension JSONScanner {
  private mutating func skipString(_ bytes: Span<UInt8>) throws(JSONError) {
    var reader = StringReader(openingQuote: position)
    defer { position = reader.position }
    try reader.skip(bytes)
  }

  private mutating func skipLiteral(
    _ text: StaticString, _ bytes: Span<UInt8>
  ) throws(JSONError) {
    for offset in 0..<text.utf8CodeUnitCount {
      guard position + offset < bytes.count,
        unsafe bytes[position + offset] == text.utf8Start[offset]
      else { throw error("true, false or null") }
    }
    position += text.utf8CodeUnitCount
  }

  private mutating func skipNumber(_ bytes: Span<UInt8>) throws(JSONError) {
    _ = take(UInt8(ascii: "-"), bytes)
    if !take(UInt8(ascii: "0"), bytes) { try skipDigits(bytes) }
    if take(UInt8(ascii: "."), bytes) { try skipDigits(bytes) }
    if take(UInt8(ascii: "e"), bytes) || take(UInt8(ascii: "E"), bytes) {
      if !take(UInt8(ascii: "+"), bytes) { _ = take(UInt8(ascii: "-"), bytes) }
      try skipDigits(bytes)
    }
  }

  private mutating func skipDigits(_ bytes: Span<UInt8>) throws(JSONError) {
    let start = position
    while let byte = peek(bytes), (0x30...0x39).contains(byte) { position += 1 }
    guard position > start else { throw error("a digit") }
  }
}
