/// Text of addresses: every byte but the unreserved ones of RFC 3986 stands as `%XX`.
package enum PercentEncoding {
  /// What makes a text undecodable; the offset counts bytes of the encoded text.
  package enum Fault: Error, Equatable {
    case badEscape(offset: Int)
    case notUTF8
  }

  /// Whether `+` stands for a space, as in queries and S3 keys, or for itself, as in URL paths.
  package enum Plus { case isSpace, isLiteral }

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
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || "-._~".utf8.contains(byte)
  }

  /// Decodes the escapes of a text, over bytes, in one pass.
  package static func decode(
    _ encoded: some Sequence<UInt8>, plus: Plus
  ) throws(Fault) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(encoded.underestimatedCount)
    var bytes = encoded.makeIterator()
    var offset = 0
    while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "+") where plus == .isSpace:
        decoded.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = bytes.next()?.hexadecimalValue, let low = bytes.next()?.hexadecimalValue
        else { throw .badEscape(offset: offset) }
        decoded.append(high << 4 | low)
        offset += 2
      default:
        decoded.append(byte)
      }
      offset += 1
    }
    guard let text = String(validating: decoded, as: UTF8.self) else { throw .notUTF8 }
    return text
  }
}
