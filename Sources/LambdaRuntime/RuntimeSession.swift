internal import JSON

/// One worker's conversation with the Runtime API: what is asked, answered and made of replies.
struct RuntimeSession: ~Copyable {
  /// What a request for the next invocation can come to.
  enum Next {
    case invocation(Invocation, InvocationContext)
    /// Asking again can help.
    case failed(String)
    /// Asking again cannot help: the environment is beyond use.
    case refused(Int)
    case stopped
  }

  /// The service takes no larger answer (6 MiB and 100 bytes).
  static let responseLimit = 6_291_556

  private var connection: RuntimeConnection
  private var text: RequestText
  private var trace: TraceVariable?
  private let crashSlot: CrashSlot?
  private let log: Log
  // Nearly always the same from one invocation to the next.
  private var functionARN: String?

  init(
    connection: consuming RuntimeConnection, log: Log, trace: consuming TraceVariable? = nil,
    crashSlot: CrashSlot? = nil
  ) {
    text = RequestText(authority: connection.address.authority)
    self.connection = connection
    self.log = log
    self.trace = trace
    self.crashSlot = crashSlot
  }

  /// Asks for the next invocation, and waits for it as long as it takes.
  mutating func next() -> Next {
    crashSlot?.clear()
    let reply: HTTPReply
    do {
      let (request, nothing) = (text.next, Self.nothing)
      reply = try connection.exchange(request.span, nothing.span)
    } catch .stopped {
      return .stopped
    } catch {
      return .failed(error.description)
    }
    switch reply.status {
    case 200: return invocation(reply)
    case 429, 500...: return .failed("status \(reply.status)")
    default: return .refused(reply.status)
    }
  }

  private mutating func invocation(_ reply: HTTPReply) -> Next {
    let head = reply.head
    guard let id = head.requestID, isRequestID(id), let requestID = connection.text(id) else {
      connection.close()
      return .failed("an invocation without a usable request id")
    }
    if let crashSlot { connection.withBytes(id) { crashSlot.set($0) } }
    export(head.traceID)
    let deadline = head.deadline.flatMap { range in
      connection.withBytes(range) { $0.number($0.indices) }
    }
    let context = InvocationContext(
      requestID: requestID, traceID: connection.text(head.traceID),
      invokedFunctionARN: functionARN(head.invokedFunctionARN),
      deadline: deadline.map { Deadline(millisecondsSince1970: Int64($0)) } ?? .none,
      clientContext: connection.text(head.clientContext),
      cognitoIdentity: connection.text(head.cognitoIdentity),
      tenantID: connection.text(head.tenantID), log: log)
    return .invocation(Invocation(requestID: requestID, event: reply.body), context)
  }

  private mutating func export(_ traceID: Range<Int>?) {
    guard let traceID, !traceID.isEmpty else {
      trace?.remove()
      return
    }
    connection.withBytes(traceID) { trace?.set($0) }
  }

  // It becomes part of a path.
  private func isRequestID(_ range: Range<Int>) -> Bool {
    guard !range.isEmpty, range.count <= CrashSlot.idLimit else { return false }
    return connection.withBytes(range) { bytes in
      for index in bytes.indices {
        switch bytes[index] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."), UInt8(ascii: ":"):
          continue
        default: return false
        }
      }
      return true
    }
  }

  private mutating func functionARN(_ range: Range<Int>?) -> String? {
    guard let range, !range.isEmpty else { return nil }
    let isSame = connection.withBytes(range) { bytes in
      functionARN.map { $0.utf8Span.span.hasSameBytes(as: bytes) } ?? false
    }
    if !isSame { functionARN = connection.text(range) }
    return functionARN
  }

  /// Lends the bytes of the event.
  func withEvent<R>(of invocation: Invocation, _ body: (Span<UInt8>) throws -> R) throws -> R {
    try connection.withBytes(invocation.event, body)
  }

  /// Decodes the event.
  func decodeEvent<T: Decodable>(
    _ type: T.Type, of invocation: Invocation
  ) throws(InvalidEvent) -> T {
    do {
      return try connection.withBytes(invocation.event) { bytes throws(JSONError) in
        try JSON.decode(type, from: bytes)
      }
    } catch {
      throw InvalidEvent("\(error)")
    }
  }

  /// Posts an answer that is complete, or the error that it is too large to be one.
  mutating func postResponse(_ body: [UInt8], for invocation: Invocation, log: Log) {
    guard body.count <= Self.responseLimit else {
      return postError(
        ErrorReport(
          type: "ResponseSizeTooLarge",
          message: "The response of \(body.count) bytes is over \(Self.responseLimit)."),
        for: invocation, log: log)
    }
    text.setResponse(requestID: invocation.requestID, contentLength: body.count)
    post(body, what: "response", log: log)
  }

  /// Posts what went wrong with an invocation, and logs it.
  mutating func postError(_ error: any Error, for invocation: Invocation, log: Log) {
    postError(ErrorReport(error), for: invocation, log: log)
  }

  private mutating func postError(_ report: ErrorReport, for invocation: Invocation, log: Log) {
    log.error(report.message, ["errorType": .string(report.type)])
    text.setError(requestID: invocation.requestID, report)
    post(report.body, what: "error", log: log)
  }

  /// Posts why no handler could be made.
  mutating func postInitError(_ error: any Error) {
    let report = ErrorReport(error)
    log.record(.fatal, report.message, ["errorType": .string(report.type)])
    text.setError(requestID: nil, report)
    post(report.body, what: Self.initError, log: log)
  }

  private static let initError = "init error"

  // Nothing here is fatal: the next request for an invocation tells whether the service goes on.
  private mutating func post(_ body: [UInt8], what: String, log: Log) {
    let head = text.bytes
    var backoff = Backoff.brief
    var failure = ""
    repeat {
      do {
        let reply = try connection.exchange(head.span, body.span)
        guard reply.status == 429 || reply.status >= 500 else {
          return note(reply.status, what: what, log: log)
        }
        failure = "status \(reply.status)"
      } catch .stopped {
        return
      } catch {
        failure = error.description
      }
    } while backoff.wait()
    log.error("the \(what) could not be posted: \(failure)")
  }

  private func note(_ status: Int, what: String, log: Log) {
    switch status {
    case 200..<300: break
    case 413:
      // The caller has been told; an error posted now would only be refused.
      log.error("the \(what) is too large", ["errorType": "Function.ResponseSizeTooLarge"])
    case 403 where what == Self.initError:
      // Another worker's came first, and the service wants one only.
      break
    default:
      log.error("the \(what) was refused with status \(status)")
    }
  }

  /// Lets a body stream the answer, and ends it as the body ended.
  mutating func postStream(
    for invocation: Invocation, log: Log, _ body: (inout ResponseStream) throws -> Void
  ) {
    // Lent for as long as the answer takes; the one left in its place is never opened.
    let standIn = RuntimeConnection(to: connection.address, watch: ConnectionWatch())
    var stream = ResponseStream(standIn, text: text, requestID: invocation.requestID)
    swap(&connection, &stream.connection)
    var failure: (any Error)?
    do {
      try body(&stream)
    } catch {
      failure = error
    }
    let wasBegun = stream.state != .unsent
    let whole = failure == nil ? stream.whole : nil
    let report = failure.map { ErrorReport($0) }
    let outcome = wasBegun || (report == nil && whole == nil) ? stream.end(report) : nil
    swap(&connection, &stream.connection)
    if let whole { return postResponse(whole, for: invocation, log: log) }
    finishStream(outcome, report, for: invocation, log: log)
  }

  private mutating func finishStream(
    _ outcome: Result<Int, TransportError>?, _ report: ErrorReport?, for invocation: Invocation,
    log: Log
  ) {
    if let report, outcome == nil { return postError(report, for: invocation, log: log) }
    if let report { log.error(report.message, ["errorType": .string(report.type)]) }
    switch outcome {
    case .success(let status):
      note(status, what: "streamed response", log: log)
    case .failure(let error):
      connection.close()
      log.warn("the streamed response was cut short: \(error)")
    case nil:
      break
    }
  }

  private static let nothing: [UInt8] = []
}
