/// Decodes `%XX` escapes, over bytes, in one pass.
enum PercentCoding {
  /// What makes a text undecodable; the offset counts bytes of the encoded text.
  enum Fault: Error, Equatable {
    case badEscape(offset: Int)
    case notUTF8
  }

  /// Whether `+` stands for a space, as in queries and S3 keys, or for itself, as in URL paths.
  enum Plus {
    case isSpace
    case isLiteral
  }

  static func decode(_ encoded: some Sequence<UInt8>, plus: Plus) throws(Fault) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(encoded.underestimatedCount)
    var bytes = encoded.makeIterator()
    var offset = 0
    while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "+") where plus == .isSpace:
        decoded.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = bytes.next().flatMap(hexValue), let low = bytes.next().flatMap(hexValue)
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

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
