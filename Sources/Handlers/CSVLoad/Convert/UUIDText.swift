/// UUIDs as text of 36 characters (RFC 9562, section 4).
enum UUIDText {
  /// Appends the sixteen bytes; false, with some of them appended, when the text is no UUID.
  static func append(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, to output: inout RowBuffer
  ) -> Bool {
    guard count == 36 else { return false }
    var index = 0
    while index < 36 {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard unsafe bytes[index] == 0x2d else { return false }
        index += 1
      }
      let high = unsafe digit(bytes[index])
      let low = unsafe digit(bytes[index + 1])
      guard high < 16, low < 16 else { return false }
      output.append(high << 4 | low)
      index += 2
    }
    return true
  }

  private static func digit(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    case 0x41...0x46: byte - 0x41 + 10
    default: 255
    }
  }
}
