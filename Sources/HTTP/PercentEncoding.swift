/// Encodes text for addresses: every byte but the unreserved ones of RFC 3986 becomes `%XX`.
package enum PercentEncoding {
  /// Encodes a name or a value of a query.
  package static func component(_ text: String) -> String { encode(text.utf8, keepsSlash: false) }

  /// Encodes a path, whose slashes stay: to S3 `a//b` and `a/../b` are keys of their own.
  package static func path(_ text: String) -> String { encode(text.utf8, keepsSlash: true) }

  /// Joins names and values to a query, in the order given.
  package static func query(_ items: [(name: String, value: String)]) -> String {
    items.map { "\(component($0.name))=\(component($0.value))" }.joined(separator: "&")
  }

  private static func encode(_ bytes: String.UTF8View, keepsSlash: Bool) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 3)
    for byte in bytes {
      if isUnreserved(byte) || (keepsSlash && byte == UInt8(ascii: "/")) {
        text.append(byte)
      } else {
        text.append(UInt8(ascii: "%"))
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 0x0F)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
