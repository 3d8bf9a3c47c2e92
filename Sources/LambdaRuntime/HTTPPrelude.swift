internal import JSON

/// The head of a streamed HTTP answer: a JSON object, then eight zero bytes.
struct HTTPPrelude {
  let bytes: [UInt8]

  init(status: Int, headers: [(name: String, value: String)], cookies: [String]) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("statusCode")
    writer.integer(status)
    if !headers.isEmpty {
      writer.key("headers")
      writer.beginObject()
      for (name, value) in headers {
        writer.key(name)
        writer.string(value)
      }
      writer.endObject()
    }
    if !cookies.isEmpty {
      writer.key("cookies")
      writer.beginArray()
      for cookie in cookies { writer.string(cookie) }
      writer.endArray()
    }
    writer.endObject()
    bytes = writer.bytes + [UInt8](repeating: 0, count: 8)
  }
}
