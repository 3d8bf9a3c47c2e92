import HTTP
import JSON

/// One page of an answer, put together from parts that already are JSON.
struct StubPage {
  /// The service tells no more than this many results, and reports the cap as if it were all.
  static let cap = 10_000

  /// Joins items, each with a comma before it, into an answer's body.
  static func body(items: [[LentBytes]], total: Int, query: StubQuery) -> [LentBytes] {
    let head = """
      {"LanguageCode":"EN","SearchParameters":{},"SearchResult":{"SearchResultCount":\(items.count),\
      "SearchResultCountAll":\(total),"SearchResultItems":[
      """
    var pieces = [FixedBytes(Array(head.utf8)).whole]
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
    json.member("NumberOfPages", String((total + 24) / 25))
    json.member("IsRadialSearch", query.text("Radius") != nil && query.text("LocationName") != nil)
    if let place = query.text("LocationName") {
      json.member("ResolvedLocation", place.split(separator: ";").map(String.init))
    }
    json.endObject()
    return json.bytes
  }
}

/// Refusals, as the service words them (RFC 9457).
enum StubProblem {
  /// The service wants to know whose program asks: a host, an email address and a key.
  static func isAuthorized(_ request: ServerRequest) -> Bool {
    request.headers["Host"]?.isEmpty == false
      && request.headers["User-Agent"]?.contains("@") == true
      && request.headers["Authorization-Key"]?.isEmpty == false
  }

  static func response(_ status: Int, _ title: String) -> ServerResponse {
    var json = JSONWriter()
    json.beginObject()
    json.member("type", "about:blank")
    json.member("title", title)
    json.member("status", status)
    json.member("traceId", "00-\(RandomID.uuid())-00")
    json.endObject()
    return .json(status, json.bytes, type: "application/problem+json")
  }
}

/// The latest requests to the search, for tests to look at; keys are not kept.
struct StubLog {
  struct Entry {
    var method: String
    var path: String
    var query: String
    var headers: HTTPFields
    /// 0 when the connection was closed without an answer.
    var status: Int
    var fault: StubFault.Kind?
  }

  private static let limit = 10_000
  private var entries: [Entry] = []

  mutating func add(_ entry: Entry) {
    if entries.count == Self.limit { entries.removeFirst(Self.limit / 2) }
    entries.append(entry)
  }

  mutating func clear() { entries = [] }

  func json() -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for entry in entries {
      json.beginObject()
      json.member("method", entry.method)
      json.member("path", entry.path)
      json.member("query", entry.query)
      json.key("headers")
      json.beginObject()
      for header in entry.headers.fields {
        let isKey = header.name.lowercased() == "authorization-key"
        json.member(header.name, isKey ? "(\(header.value.utf8.count) bytes)" : header.value)
      }
      json.endObject()
      json.member("status", entry.status)
      if let fault = entry.fault { json.member("fault", fault.rawValue) }
      json.endObject()
    }
    json.endArray()
    return json.bytes
  }
}
