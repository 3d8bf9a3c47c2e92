import JSON

/// One page of an answer, put together from parts that already are JSON.
struct StubPage {
  /// The service tells no more than this many results, and reports the cap as if it were all.
  static let cap = 10_000

  /// Joins items, each with a comma before it, into an answer's body.
  static func body(items: [[LentBytes]], total: Int, query: StubQuery) -> [LentBytes] {
    var head = JSONWriter()
    head.beginObject()
    head.pair("LanguageCode", "EN")
    head.key("SearchParameters")
    head.beginObject()
    head.endObject()
    head.key("SearchResult")
    head.beginObject()
    head.key("SearchResultCount")
    head.integer(items.count)
    head.key("SearchResultCountAll")
    head.integer(total)
    head.key("SearchResultItems")
    head.beginArray()
    var pieces = [FixedBytes(head.bytes).whole]
    for item in items { pieces += item }
    if let first = items.first?.first {
      let range = (first.range.lowerBound + 1)..<first.range.upperBound
      pieces[1] = LentBytes(owner: first.owner, range: range)
    }
    pieces.append(FixedBytes(Array("],".utf8) + userArea(total, query) + Array("}}".utf8)).whole)
    return pieces
  }

  private static func userArea(_ total: Int, _ query: StubQuery) -> [UInt8] {
    var json = JSONWriter()
    // Always in pages of 25, whatever was asked for: the real one is wrong in the same way.
    json.key("UserArea")
    json.beginObject()
    json.pair("NumberOfPages", String((total + 24) / 25))
    json.key("IsRadialSearch")
    json.bool(query.text("Radius") != nil && query.text("LocationName") != nil)
    if let place = query.text("LocationName") {
      json.strings("ResolvedLocation", place.split(separator: ";").map(String.init))
    }
    json.endObject()
    return json.bytes
  }
}
