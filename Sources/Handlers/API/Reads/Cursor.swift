internal import AWS
internal import JSON

/// Writes and reads the cursors of pages: where a page ended, signed, and bound to its query.
///
/// A cursor is base64url text: a version, the first half of an HMAC-SHA-256, and the last row's
/// values as a JSON list. The HMAC covers the query too, so that a cursor counts for no other.
struct CursorSeal: Sendable {
  private let key: [UInt8]

  private static let version: UInt8 = 1
  private static let sealLength = 16

  init(key: [UInt8]) {
    self.key = key
  }

  /// The cursor that goes on after a row with these values.
  func cursor(after values: [String?], of query: String) -> String {
    var json = JSONWriter()
    json.beginArray()
    for value in values {
      if let value { json.string(value) } else { json.null() }
    }
    json.endArray()
    let bytes = [Self.version] + seal(json.bytes, query) + json.bytes
    return Self.urlText(Base64.encode(bytes))
  }

  /// The values of the row that a cursor goes on after.
  func values(of cursor: String, query: String, count: Int) throws(Problem) -> [String?] {
    guard let bytes = Self.bytes(cursor), bytes.first == Self.version,
      bytes.count > Self.sealLength + 1
    else { throw Self.refusal }
    let payload = Array(bytes.dropFirst(Self.sealLength + 1))
    let expected = seal(payload, query)
    let given = bytes[1...Self.sealLength]
    // Every byte is looked at, so that the time tells nothing of where they differ.
    let difference = zip(expected, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
    guard difference == 0, let values = try? JSON.decode([String?].self, from: payload),
      values.count == count
    else { throw Self.refusal }
    return values
  }

  private func seal(_ payload: [UInt8], _ query: String) -> [UInt8] {
    let text = [Self.version] + Array(query.utf8) + [0] + payload
    return Array(Digest.hmac(text, key: key).prefix(Self.sealLength))
  }

  private static var refusal: Problem {
    Problem(
      .badCursor, "The cursor was not given out for this query.",
      hint: "Follow the Link header, or begin without a cursor.")
  }

  /// Base64 in the alphabet for URLs, without padding (RFC 4648, section 5).
  private static func urlText(_ base64: [UInt8]) -> String {
    String(
      decoding: base64.compactMap { byte -> UInt8? in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        case UInt8(ascii: "="): nil
        default: byte
        }
      }, as: UTF8.self)
  }

  private static func bytes(_ text: String) -> [UInt8]? {
    var base64: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "-"): base64.append(UInt8(ascii: "+"))
      case UInt8(ascii: "_"): base64.append(UInt8(ascii: "/"))
      case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
      default: base64.append(byte)
      }
    }
    while base64.count % 4 != 0 { base64.append(UInt8(ascii: "=")) }
    return Base64.decode(base64)
  }
}
