/// Percent-encoding as forms and object keys use it.
package enum PercentText {
  /// Decodes `%41` and `+`; what is not an escape stays as it is.
  package static func decode(_ text: some StringProtocol) -> String {
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = hexValue(bytes[index + 1]), let low = hexValue(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  /// Encodes everything but RFC 3986's unreserved characters.
  package static func encode(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      if byte.isASCIILetter || (48...57).contains(byte) || "-._~".utf8.contains(byte) {
        encoded.append(byte)
      } else {
        encoded.append(contentsOf: "%\(RandomID.hex(UInt64(byte), 2).uppercased())".utf8)
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit.lowercasedASCII {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit.lowercasedASCII - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
