/// Bytes as base64 text (RFC 4648, section 4), padded and without line ends.
enum Base64Text {
  /// Appends the bytes; false, with some of them appended, when the text is no base64.
  static func append(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, to output: inout RowBuffer
  ) -> Bool {
    guard count % 4 == 0 else { return false }
    var index = 0
    while index < count {
      var word: UInt32 = 0
      var padding = 0
      for place in index..<index + 4 {
        let byte = unsafe bytes[place]
        if byte == UInt8(ascii: "="), place >= index + 2, index + 4 == count {
          padding += 1
          word <<= 6
          continue
        }
        guard padding == 0, let value = value(byte) else { return false }
        word = word << 6 | value
      }
      // Bits that belong to no byte have to be zero: otherwise two texts would be the same bytes.
      let spare: UInt32 = padding == 2 ? 0xFFFF : padding == 1 ? 0xFF : 0
      guard word & spare == 0 else { return false }
      output.append(UInt8(truncatingIfNeeded: word >> 16))
      if padding < 2 { output.append(UInt8(truncatingIfNeeded: word >> 8)) }
      if padding < 1 { output.append(UInt8(truncatingIfNeeded: word)) }
      index += 4
    }
    return true
  }

  private static func value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5a: UInt32(byte - 0x41)
    case 0x61...0x7a: UInt32(byte - 0x61) + 26
    case 0x30...0x39: UInt32(byte - 0x30) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
