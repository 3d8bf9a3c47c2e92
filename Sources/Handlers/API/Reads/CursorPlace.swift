internal import AWS
internal import JSON

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
