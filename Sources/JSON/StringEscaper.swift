// How this works
//
// Most bytes of most strings stand for themselves. Eight at a time are tested with plain integer
// arithmetic for the few that do not (controls, the quote, the backslash and, unless the text is
// known to be UTF-8, anything from 0x80); runs without any are appended in one piece.

/// Writes the inside of a JSON string.
struct StringEscaper {
  let isValid: Bool
  let escapesNonASCII: Bool

  func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
    // Not for short strings: an array that is asked for room gives no more than that, and many
    // small requests in a row would each copy everything written so far.
    if text.count > 4096 { bytes.reserveCapacity(bytes.count + text.count + 2) }
    var index = 0
    while index < text.count {
      let end = endOfPlainRun(text, from: index)
      if end > index {
        unsafe text.extracting(index..<end).withUnsafeBufferPointer {
          unsafe bytes.append(contentsOf: $0)
        }
        index = end
      } else if text[index] < 0x80 {
        appendEscape(text[index], to: &bytes)
        index += 1
      } else {
        index += appendScalar(text, at: index, to: &bytes)
      }
    }
  }

  private var isPlainAbove7F: Bool { isValid && !escapesNonASCII }

  private func isPlain(_ byte: UInt8) -> Bool {
    if byte >= 0x80 { return isPlainAbove7F }
    return byte >= 0x20 && byte != 0x22 && byte != 0x5C && byte != 0x7F
  }

  private func endOfPlainRun(_ text: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let count = text.count
    let high: UInt64 = 0x8080_8080_8080_8080
    unsafe text.withUnsafeBytes { raw in
      while index + 8 <= count {
        let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        var found = zeroBytes(word ^ 0x2222_2222_2222_2222)
        found |= zeroBytes(word ^ 0x5C5C_5C5C_5C5C_5C5C)
        found |= zeroBytes(word ^ 0x7F7F_7F7F_7F7F_7F7F)
        found |= (word &- 0x2020_2020_2020_2020) & ~word & high
        if !isPlainAbove7F { found |= word & high }
        if found != 0 { break }
        index += 8
      }
    }
    while index < count, isPlain(text[index]) { index += 1 }
    return index
  }

  // The high bit of each byte that is zero; a byte above such a one may be set too, which only
  // ends a run early.
  private func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  private func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
    let short: UInt8? =
      switch byte {
      case 0x08: UInt8(ascii: "b")
      case 0x09: UInt8(ascii: "t")
      case 0x0A: UInt8(ascii: "n")
      case 0x0C: UInt8(ascii: "f")
      case 0x0D: UInt8(ascii: "r")
      case 0x22, 0x5C: byte
      default: nil
      }
    if let short {
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(short)
    } else {
      appendUnit(UInt16(byte), to: &bytes)
    }
  }

  // Appends one scalar, or U+FFFD for the longest piece that cannot be one, and gives its length.
  private func appendScalar(_ text: Span<UInt8>, at index: Int, to bytes: inout [UInt8]) -> Int {
    let scalar = decodedScalar(text, at: index)
    if escapesNonASCII {
      for unit in String(scalar.value).utf16 { appendUnit(unit, to: &bytes) }
    } else {
      bytes.append(contentsOf: String(scalar.value).utf8)
    }
    return scalar.length
  }

  private func decodedScalar(
    _ text: Span<UInt8>, at index: Int
  ) -> (value: Unicode.Scalar, length: Int) {
    let lead = text[index]
    // The first continuation byte has a narrower range after these leads (Unicode, table 3-7).
    let (width, first): (Int, ClosedRange<UInt8>) =
      switch lead {
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xE1...0xEF: (3, 0x80...0xBF)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: (1, 0x80...0xBF)
      }
    guard width > 1 else { return ("\u{FFFD}", 1) }
    var value = UInt32(lead) & (0x7F >> UInt32(width))
    for offset in 1..<width {
      let allowed = offset == 1 ? first : 0x80...0xBF
      guard index + offset < text.count, allowed.contains(text[index + offset]) else {
        return ("\u{FFFD}", offset)
      }
      value = value << 6 | UInt32(text[index + offset] & 0x3F)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", width)
  }

  private func appendUnit(_ unit: UInt16, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "\\u".utf8)
    for shift: UInt16 in [12, 8, 4, 0] {
      let digit = UInt8(unit >> shift & 0xF)
      bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }
}
