/// Holds the status and the header fields of a response.
public struct HTTPResponseHead: Sendable {
  /// The status, such as 206.
  public let status: Int
  /// The header fields.
  public let headers: HTTPFields

  /// Makes a head.
  public init(status: Int, headers: HTTPFields) {
    self.status = status
    self.headers = headers
  }

  /// Whether the request did what it asked for: 200 to 299.
  public var isSuccess: Bool { (200..<300).contains(status) }

  /// The length of the body that follows, when the server said it.
  public var contentLength: Int64? { headers["Content-Length"].flatMap { Int64($0) } }

  /// How long the server asks to be left alone (RFC 9110, `Retry-After`: seconds or a date).
  public var retryAfter: Duration? {
    guard let value = headers["Retry-After"] else { return nil }
    if let seconds = Int64(value) { return seconds >= 0 ? .seconds(seconds) : nil }
    guard let date = HTTPDate.parse(value), let now = headers["Date"].flatMap(HTTPDate.parse)
    else { return nil }
    return .seconds(max(0, date - now))
  }
}

/// Holds a response whose body is in memory.
public struct HTTPResponse: Sendable {
  /// The status and the header fields.
  public let head: HTTPResponseHead
  /// The body.
  public let body: [UInt8]

  /// Makes a response.
  public init(head: HTTPResponseHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }

  /// The status, such as 404.
  public var status: Int { head.status }

  /// The header fields.
  public var headers: HTTPFields { head.headers }

  /// Returns the response of a request when its status is 200 to 299, else throws it as an error.
  public func successful(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
    guard !head.isSuccess else { return self }
    throw HTTPError(
      .status(status), "the server answered with status \(status)", request, response: self)
  }
}
