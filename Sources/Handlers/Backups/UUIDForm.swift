/// UUIDs between their sixteen bytes and their text (RFC 9562, section 4).
enum UUIDForm {
  private static let digits = Array("0123456789abcdef".utf8)
  private static let hyphens: Set<Int> = [8, 13, 18, 23]

  static func text(_ bytes: Span<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for index in bytes.indices {
      if hyphens.contains(text.count) { text.append(UInt8(ascii: "-")) }
      text.append(digits[Int(bytes[index] >> 4)])
      text.append(digits[Int(bytes[index] & 15)])
    }
    return text
  }

  /// The bytes that a text stands for; nil when it is none.
  static func bytes(_ text: Span<UInt8>) -> [UInt8]? {
    guard text.count == 36 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    var high: UInt8?
    for index in text.indices {
      if hyphens.contains(index) {
        guard text[index] == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = digits.firstIndex(of: text[index] | 0x20) else { return nil }
      if let begun = high {
        bytes.append(begun << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    return bytes
  }
}
