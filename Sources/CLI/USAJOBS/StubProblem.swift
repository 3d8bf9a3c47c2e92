import JSON

/// Refusals, as the service words them (RFC 9457).
enum StubProblem {
  /// The service wants to know whose program asks: a host, an email address and a key.
  static func isAuthorized(_ request: ServerRequest) -> Bool {
    guard request.header("Host")?.isEmpty == false,
      request.header("User-Agent")?.contains("@") == true,
      request.header("Authorization-Key")?.isEmpty == false
    else { return false }
    return true
  }

  static func response(_ status: Int, _ title: String) -> ServerResponse {
    var json = JSONWriter()
    json.beginObject()
    json.pair("type", "about:blank")
    json.pair("title", title)
    json.key("status")
    json.integer(status)
    json.pair("traceId", "00-\(Identifier.uuid())-00")
    json.endObject()
    return ServerResponse(
      status, headers: [("Content-Type", "application/problem+json")], body: json.bytes)
  }
}
