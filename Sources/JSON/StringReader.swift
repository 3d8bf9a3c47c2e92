/// Reads one JSON string, from its opening quote.
struct StringReader {
  private(set) var position: Int

  init(openingQuote: Int) {
    position = openingQuote + 1
  }

  /// Reads to the closing quote, and gives the text.
  mutating func read(_ bytes: Span<UInt8>) throws(JSONError) -> String {
    let start = position
    skipPlain(bytes)
    guard position < bytes.count else { throw error("a closing quote") }
    // Most strings have no escape and are copied in one piece.
    if bytes[position] == UInt8(ascii: "\"") {
      position += 1
      return try text(bytes.extracting(start..<position - 1))
    }
    var unescaped: [UInt8] = []
    append(bytes.extracting(start..<position), to: &unescaped)
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return try text(unescaped.span)
      case UInt8(ascii: "\\"):
        position += 1
        try readEscape(bytes, to: &unescaped)
      case 0..<0x20:
        throw error("no control character")
      default:
        let start = position
        skipPlain(bytes)
        append(bytes.extracting(start..<position), to: &unescaped)
      }
    }
    throw error("a closing quote")
  }

  /// Passes the closing quote, checking everything but that the text is UTF-8.
  mutating func skip(_ bytes: Span<UInt8>) throws(JSONError) {
    while true {
      skipPlain(bytes)
      guard position < bytes.count else { throw error("a closing quote") }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"):
        position += 1
        var unescaped: [UInt8] = []
        try readEscape(bytes, to: &unescaped)
      default: throw error("no control character")
      }
    }
  }

  private mutating func skipPlain(_ bytes: Span<UInt8>) {
    // Eight bytes at a time as far as none of them is a quote, a backslash or a control character:
    // subtracting one from a zero byte borrows into its high bit.
    while position &+ 8 <= bytes.count {
      let word = unsafe bytes.withUnsafeBytes {
        unsafe $0.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      }
      let quote = word ^ 0x2222_2222_2222_2222
      let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let isQuote = (quote &- 0x0101_0101_0101_0101) & ~quote
      let isBackslash = (backslash &- 0x0101_0101_0101_0101) & ~backslash
      let isControl = (word &- 0x2020_2020_2020_2020) & ~word
      let found = (isQuote | isBackslash | isControl) & 0x8080_8080_8080_8080
      if found != 0 {
        // Borrows run upwards only, so the lowest mark is true.
        position &+= UInt64(littleEndian: found).trailingZeroBitCount / 8
        return
      }
      position &+= 8
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return }
      position += 1
    }
  }

  private mutating func readEscape(
    _ bytes: Span<UInt8>, to text: inout [UInt8]
  ) throws(JSONError) {
    guard position < bytes.count else { throw error("an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try readScalar(bytes)
      text.append(contentsOf: String(scalar).utf8)
    default:
      position -= 1
      throw error("an escape")
    }
  }

  // Scalars above U+FFFF are written as two units; half of such a pair means nothing.
  private mutating func readScalar(_ bytes: Span<UInt8>) throws(JSONError) -> Unicode.Scalar {
    let first = try readUnit(bytes)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw error("the other half of a surrogate pair") }
    position += 2
    let second = try readUnit(bytes)
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw error("the other half of a surrogate pair") }
    return scalar
  }

  private mutating func readUnit(_ bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw error("four hexadecimal digits") }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  private func error(_ expected: String) -> JSONError {
    JSONError(malformedAt: position, expected: expected)
  }

  private func append(_ piece: Span<UInt8>, to text: inout [UInt8]) {
    unsafe piece.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
  }

  private func text(_ bytes: Span<UInt8>) throws(JSONError) -> String {
    guard let valid = try? UTF8Span(validating: bytes) else {
      throw error("a string in UTF-8 up to the quote before")
    }
    return String(copying: valid)
  }
}
