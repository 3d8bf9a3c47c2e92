internal import JSON

/// A response that is sent to the caller piece by piece.
public struct ResponseStream: ~Copyable {
  private enum State: Equatable {
    /// Nothing was sent: a failure can still be reported in full.
    case unsent
    case open
    /// The caller, or the service, accepts no more.
    case broken(TransportError)
  }

  /// The worker's own, for as long as the response takes.
  var connection: RuntimeConnection
  /// The whole response, of a handler that chose not to stream this one.
  private(set) var whole: [UInt8]?
  private var state = State.unsent

  private let requestID: String
  private var text: RequestText
  private var contentType = "application/octet-stream"
  /// The head of a streamed HTTP response: a JSON object, then eight zero bytes.
  private var prelude: [UInt8] = []

  init(_ connection: consuming RuntimeConnection, text: RequestText, requestID: String) {
    self.connection = connection
    self.text = text
    self.requestID = requestID
  }

  /// Whether something was sent, so that a failure can no longer be reported in full.
  public var isBegun: Bool { state != .unsent }

  /// Sets the content type of a response without an HTTP status and headers of its own.
  ///
  /// - Throws: ``ResponseStreamError/alreadyBegun`` once something was written.
  public mutating func setContentType(_ type: String) throws(ResponseStreamError) {
    guard state == .unsent else { throw .alreadyBegun }
    contentType = type.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? type : contentType
  }

  /// Sets the HTTP status, headers and cookies of the response of a Function URL or REST API.
  ///
  /// - Throws: ``ResponseStreamError/alreadyBegun`` once something was written.
  public mutating func setHTTP(
    status: Int, headers: KeyValuePairs<String, String> = [:], cookies: [String] = []
  ) throws(ResponseStreamError) {
    try setHTTP(status: status, headers: headers.map { ($0.key, $0.value) }, cookies: cookies)
  }

  /// Sets the HTTP status, headers and cookies, given as a list.
  ///
  /// - Throws: ``ResponseStreamError/alreadyBegun`` once something was written.
  public mutating func setHTTP(
    status: Int, headers: [(name: String, value: String)], cookies: [String] = []
  ) throws(ResponseStreamError) {
    guard state == .unsent else { throw .alreadyBegun }
    contentType = "application/vnd.awslambda.http-integration-response"
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("statusCode")
    writer.integer(status)
    if !headers.isEmpty {
      writer.key("headers")
      writer.beginObject()
      for (name, value) in headers { writer.member(name, value) }
      writer.endObject()
    }
    if !cookies.isEmpty {
      writer.key("cookies")
      writer.beginArray()
      for cookie in cookies { writer.string(cookie) }
      writer.endArray()
    }
    writer.endObject()
    prelude = writer.bytes + [UInt8](repeating: 0, count: 8)
  }

  /// Responds with complete JSON text, sent untouched and not as a stream.
  ///
  /// For handlers that stream only to callers that support it; the last such response counts.
  ///
  /// - Throws: ``ResponseStreamError/alreadyBegun`` once something was written.
  public mutating func answer(_ json: [UInt8]) throws(ResponseStreamError) {
    guard state == .unsent else { throw .alreadyBegun }
    whole = json
  }

  /// Sends a piece of the response; an empty piece only begins it.
  ///
  /// Blocks while the service accepts no more, so a slow reader slows its handler down.
  ///
  /// - Throws: ``ResponseStreamError/callerGone`` when nobody reads the response any more: the
  ///   handler should stop.
  public mutating func write(_ bytes: Span<UInt8>) throws(ResponseStreamError) {
    guard whole == nil else { throw .alreadyBegun }
    if state == .unsent { try begin() }
    guard state == .open else { throw .callerGone }
    guard !bytes.isEmpty else { return }
    try sendChunk(bytes)
  }

  /// Sends a piece of the response held in an array.
  public mutating func write(_ bytes: [UInt8]) throws(ResponseStreamError) {
    try write(bytes.span)
  }

  /// Sends a piece of text.
  public mutating func write(_ text: String) throws(ResponseStreamError) {
    try write(text.utf8Span.span)
  }

  private mutating func begin() throws(ResponseStreamError) {
    text.setStreamedResponse(requestID: requestID, contentType: contentType)
    let first = prelude.isEmpty ? [] : Self.sizeLine(prelude.count) + prelude + Self.lineEnd
    connection.dropIfClosed()
    do {
      let head = text.bytes
      try connection.begin(head.span, first.span)
      state = .open
    } catch {
      try fail(error)
    }
  }

  private mutating func sendChunk(_ bytes: Span<UInt8>) throws(ResponseStreamError) {
    // The service answers early only to refuse; what follows would go nowhere.
    guard !connection.hasEarlyReply else { return try fail(.closed) }
    do {
      try connection.proceed(Self.sizeLine(bytes.count).span, bytes, Self.lineEnd.span)
    } catch {
      try fail(error)
    }
  }

  private mutating func fail(_ error: TransportError) throws(ResponseStreamError) {
    state = .broken(error)
    throw .callerGone
  }

  /// Ends the response, in good order or with the error as trailers, and returns the reply's status.
  mutating func end(_ failure: ErrorReport?) -> Result<Int, TransportError> {
    if state == .unsent { try? begin() }
    do throws(TransportError) {
      if case .broken(let error) = state {
        // A refusal may stand unread before the broken end.
        guard connection.hasEarlyReply, let reply = try? connection.receiveReply() else {
          throw error
        }
        connection.close()
        return .success(reply.status)
      }
      let trailers = failure.map(Self.trailers) ?? []
      try connection.proceed(Self.lastChunk.span, trailers.span, Self.lineEnd.span)
      return .success(try connection.receiveReply().status)
    } catch {
      return .failure(error)
    }
  }

  private static func trailers(_ failure: ErrorReport) -> [UInt8] {
    Array("Lambda-Runtime-Function-Error-Type: \(failure.type)\r\n".utf8)
      + Array("Lambda-Runtime-Function-Error-Body: ".utf8)
      + Base64.encode(failure.body(within: trailerBodyLimit)) + lineEnd
  }

  // The service refuses trailers of 4096 bytes or more, and then the error is lost: in Base64 this
  // leaves room for their names and the type.
  private static let trailerBodyLimit = 2700

  private static let lastChunk = Array("0\r\n".utf8)
  private static let lineEnd = Array("\r\n".utf8)
  private static func sizeLine(_ count: Int) -> [UInt8] {
    Array("\(String(count, radix: 16))\r\n".utf8)
  }
}

/// The reason why a response cannot be streamed.
public enum ResponseStreamError: FunctionError, Equatable {
  /// The status, headers or content type were set after the first piece was sent.
  case alreadyBegun
  /// Nobody reads the response any more.
  case callerGone

  /// The stable name of the error.
  public var errorType: String {
    switch self {
    case .alreadyBegun: "ResponseAlreadyBegun"
    case .callerGone: "CallerGone"
    }
  }

  /// What went wrong, in words.
  public var message: String {
    switch self {
    case .alreadyBegun: "The head of the response was set after its first piece was sent."
    case .callerGone: "Nobody takes the response any more."
    }
  }
}
