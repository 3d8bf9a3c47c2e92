/// UUIDs as text of 36 characters (RFC 9562, section 4).
package enum UUIDText {
  /// Appends the sixteen bytes; false, with some of them appended, when the text is no UUID.
  static func append(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, to output: inout RowBuffer
  ) -> Bool {
    guard count == 36,
      unsafe bytes[8] == 0x2d && bytes[13] == 0x2d && bytes[18] == 0x2d && bytes[23] == 0x2d,
      let first = unsafe value(bytes, bytes + 4),
      let second = unsafe value(bytes + 9, bytes + 14),
      let third = unsafe value(bytes + 19, bytes + 24),
      let fourth = unsafe value(bytes + 28, bytes + 32)
    else { return false }
    output.append(UInt64(first) << 32 | UInt64(second))
    output.append(UInt64(third) << 32 | UInt64(fourth))
    return true
  }

  /// Appends a column that holds the bytes of a text; false when the text is no UUID.
  package static func appendColumn(_ text: Span<UInt8>, to rows: inout RowBuffer) -> Bool {
    rows.reserve(20)
    rows.append(Int32(16))
    return unsafe Bytes.lend(text) { unsafe append($0, $1, to: &rows) }
  }

  /// Writes sixteen bytes as text.
  package static func text(_ bytes: Span<UInt8>) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for index in bytes.indices {
      if [4, 6, 8, 10].contains(index) { text.append(0x2d) }
      text.append(digits[Int(bytes[index] >> 4)])
      text.append(digits[Int(bytes[index] & 15)])
    }
    return text
  }

  /// The value of twice four hexadecimal digits, all eight looked at together; nil when one is
  /// none.
  @inline(__always)
  private static func value(
    _ high: UnsafePointer<UInt8>, _ low: UnsafePointer<UInt8>
  ) -> UInt32? {
    let text = unsafe UInt64(word(high)) << 32 | UInt64(word(low))
    let lower = text | every(0x20)
    // Each sum has the top bit of its byte set where the character is not below the bound.
    let isDigit = (text &+ every(0x80 - 0x30)) & ~(text &+ every(0x80 - 0x3a))
    let isLetter = (lower &+ every(0x80 - 0x61)) & ~(lower &+ every(0x80 - 0x67))
    guard text & every(0x80) == 0, (isDigit | isLetter) & every(0x80) == every(0x80) else {
      return nil
    }
    // A letter has bit 6, and its low nibble counts from one.
    var digits = (text & every(0x0f)) &+ (text >> 6 & every(0x01)) &* 9
    digits = (digits | digits >> 4) & 0x00ff_00ff_00ff_00ff
    digits = (digits | digits >> 8) & 0x0000_ffff_0000_ffff
    return UInt32(truncatingIfNeeded: digits | digits >> 16)
  }

  @inline(__always)
  private static func every(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

  @inline(__always)
  private static func word(_ bytes: UnsafePointer<UInt8>) -> UInt32 {
    unsafe UnsafeRawPointer(bytes).loadUnaligned(as: UInt32.self).bigEndian
  }
}
