internal import AWS
internal import JSON
internal import LambdaEvents
internal import System

/// Writes and reads the cursors of pages: where a page ended, signed, and bound to its query.
///
/// A cursor is base64url text: a version, the first half of an HMAC-SHA-256, and a JSON list. In version
/// 1 the list has the last row's values, in version 2 their digest and the row's key. The HMAC covers
/// the query too, so that a cursor counts for no other.
struct CursorSeal: Sendable {
  private let key: [UInt8]

  private static let sealLength = 16

  init(key: [UInt8]) {
    self.key = key
  }

  /// The cursor that goes on at a place.
  ///
  /// - Throws: A problem when the row's key alone is longer than a cursor may be.
  func cursor(at place: CursorPlace, of query: String) throws(Problem) -> String {
    let payload = place.payload
    let bytes = [place.version] + seal(payload, place.version, query) + payload
    let text = Self.urlText(Base64.encode(bytes))
    guard text.utf8.count <= Parameter.longestCursor else {
      throw Problem(
        .tooLarge, "The page ends at a row whose key is too long for a cursor.",
        hint: "Ask for a page that ends at another row, or for all rows by the table's export.")
    }
    return text
  }

  /// The place that a cursor goes on at.
  func place(of cursor: String, query: String) throws(Problem) -> CursorPlace {
    guard let bytes = Self.bytes(cursor), let version = bytes.first,
      bytes.count > Self.sealLength + 1
    else { throw CursorPlace.refusal }
    let payload = Array(bytes.dropFirst(Self.sealLength + 1))
    let expected = seal(payload, version, query)
    let given = bytes[1...Self.sealLength]
    // Every byte is looked at, so that the time tells nothing of where they differ.
    let difference = zip(expected, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
    guard difference == 0, let place = CursorPlace(version: version, payload) else {
      throw CursorPlace.refusal
    }
    return place
  }

  private func seal(_ payload: [UInt8], _ version: UInt8, _ query: String) -> [UInt8] {
    let text = [version] + Array(query.utf8) + [0] + payload
    return Array(Digest.hmac(text, key: key).prefix(Self.sealLength))
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

/// Where a page ended, as its cursor says it.
enum CursorPlace: Equatable {
  /// After these values, one for each term of the order.
  case values([String?])
  /// After the values of the row with this key; a digest tells whether they are still the same.
  ///
  /// A gateway takes no more than 10,240 bytes of address and headers, and a value may be longer.
  case row(key: [String?], digest: String)

  /// The values' bytes from which on a cursor has the key in their place.
  private static let mostBytes = 2048

  /// The place after a row with these values.
  init(after values: [String?], of query: RowsQuery) {
    let bytes = values.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    self =
      bytes <= Self.mostBytes
      ? .values(values) : .row(key: query.key(of: values), digest: Self.digest(of: values))
  }

  /// Reads what a cursor of that version holds; nil when it is none.
  init?(version: UInt8, _ payload: [UInt8]) {
    guard let list = try? JSON.decode([String?].self, from: payload) else { return nil }
    switch version {
    case 1: self = .values(list)
    case 2:
      guard let digest = list.first ?? nil else { return nil }
      self = .row(key: Array(list.dropFirst()), digest: digest)
    default: return nil
    }
  }

  var version: UInt8 {
    switch self {
    case .values: 1
    case .row: 2
    }
  }

  var payload: [UInt8] {
    switch self {
    case .values(let values): Self.list(values)
    case .row(let key, let digest): Self.list([digest] + key)
    }
  }

  /// A digest of values that is another for any other values.
  static func digest(of values: [String?]) -> String {
    Digest.hex(Digest.sha256(list(values)))
  }

  private static func list(_ values: [String?]) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for value in values {
      if let value { json.string(value) } else { json.null() }
    }
    json.endArray()
    return json.bytes
  }

  static var refusal: Problem {
    Problem(
      .badCursor, "The cursor was not given out for this query.",
      hint: "Follow the Link header, or begin without a cursor.")
  }

  /// What a cursor stands for is no longer there.
  static var moved: Problem {
    Problem(
      .badCursor, "The row that the page before ended at was changed or deleted meanwhile.",
      hint: "Begin without a cursor. Where the values of the order are short, the cursor has them "
        + "itself, and such a change does not matter.")
  }
}

/// The `Link` header to the page after one (RFC 8288): the same query with another cursor.
struct NextLink {
  let header: String

  init(_ request: APIRequest, cursor: String) {
    let items = ((try? request.query) ?? []).filter { $0.name != "cursor" }
    let query = PercentEncoding.query(items.map { ($0.name, $0.value) } + [("cursor", cursor)])
    let path = PercentEncoding.path((try? request.path) ?? "/")
    header = "<\(request.stagePrefix)\(path)?\(query)>; rel=\"next\""
  }
}
