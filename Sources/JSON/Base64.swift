/// Base64 in the standard alphabet of RFC 4648, section 4: the form in which JSON carries bytes.
package enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")
  private static let invalid: UInt8 = 0xFF
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: invalid, count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// Decodes a text, or gives nil when it is no base64; padding may be left out.
  package static func decode(_ text: [UInt8]) -> [UInt8]? {
    var count = text.count
    if count % 4 == 0 {
      while count > 0, text.count - count < 2, text[count - 1] == padding { count -= 1 }
    }
    guard count % 4 != 1 else { return nil }
    let values = Self.values
    // No digit's value has the high bits of the mark for what is no digit.
    var seen: UInt8 = 0
    let decoded = [UInt8](capacity: count * 3 / 4) { output in
      var bits: UInt32 = 0
      for index in 0..<count {
        let value = values[Int(text[index])]
        seen |= value
        bits = bits << 6 | UInt32(value & 0x3F)
        guard index & 3 == 3 else { continue }
        output.append(UInt8(truncatingIfNeeded: bits >> 16))
        output.append(UInt8(truncatingIfNeeded: bits >> 8))
        output.append(UInt8(truncatingIfNeeded: bits))
      }
      switch count & 3 {
      case 2:
        output.append(UInt8(truncatingIfNeeded: bits >> 4))
      case 3:
        output.append(UInt8(truncatingIfNeeded: bits >> 10))
        output.append(UInt8(truncatingIfNeeded: bits >> 2))
      default: break
      }
    }
    return seen < 64 ? decoded : nil
  }

  /// The padded base64 of bytes.
  package static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    append(bytes.span, to: &text)
    return text
  }

  /// Appends the padded base64 of bytes.
  package static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    let digits = Self.digits
    text.append(addingCapacity: (bytes.count + 2) / 3 * 4) { output in
      var index = 0
      while index < bytes.count {
        let left = bytes.count - index
        let second = left > 1 ? UInt32(bytes[index + 1]) : 0
        let third = left > 2 ? UInt32(bytes[index + 2]) : 0
        let bits = UInt32(bytes[index]) << 16 | second << 8 | third
        output.append(digits[Int(bits >> 18)])
        output.append(digits[Int(bits >> 12 & 0x3F)])
        output.append(left > 1 ? digits[Int(bits >> 6 & 0x3F)] : padding)
        output.append(left > 2 ? digits[Int(bits & 0x3F)] : padding)
        index += 3
      }
    }
  }
}
