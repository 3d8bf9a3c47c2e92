import JSON

/// The latest requests to the search, for tests to look at; keys are not kept.
struct StubLog {
  struct Entry {
    var method: String
    var path: String
    var query: String
    var headers: [(name: String, value: String)]
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
      json.pair("method", entry.method)
      json.pair("path", entry.path)
      json.pair("query", entry.query)
      json.key("headers")
      json.beginObject()
      for header in entry.headers {
        let isKey = header.name.equalsIgnoringCase("Authorization-Key")
        json.pair(header.name, isKey ? "(\(header.value.utf8.count) bytes)" : header.value)
      }
      json.endObject()
      json.key("status")
      json.integer(entry.status)
      if let fault = entry.fault { json.pair("fault", fault.rawValue) }
      json.endObject()
    }
    json.endArray()
    return json.bytes
  }
}
