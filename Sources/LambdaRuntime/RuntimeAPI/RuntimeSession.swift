internal import Glibc
internal import JSON
internal import System

/// One worker's conversation with the Runtime API: requests, responses and errors.
struct RuntimeSession: ~Copyable {
  /// The outcomes of a request for the next invocation.
  enum Next {
    case invocation(InvocationContext)
    /// Asking again can help.
    case failed(String)
    /// Asking again cannot help: the environment is beyond use.
    case refused(Int)
    case stopped
  }

  /// The service accepts no larger response (6 MiB and 100 bytes).
  static let responseLimit = 6_291_556

  private var connection: RuntimeConnection
  private var text: RequestText
  private var trace: TraceVariable?
  private let crashSlot: CrashSlot?
  private let log: Log
  // Where the current invocation's event stands in the connection.
  private var event = 0..<0
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

  /// Requests the next invocation, and waits for it as long as it takes.
  mutating func next() -> Next {
    crashSlot?.clear()
    let reply: HTTPReply
    do {
      let request = text.next
      reply = try connection.exchange(request.span, Span())
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
    event = reply.body
    return .invocation(context)
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
      bytes.indices.allSatisfy {
        bytes[$0].isASCIIAlphanumeric || "-_.:".utf8.contains(bytes[$0])
      }
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

  /// Lends the bytes of the current event.
  func withEvent<R>(_ body: (Span<UInt8>) throws -> R) throws -> R {
    try connection.withBytes(event, body)
  }

  /// Decodes the current event.
  func decodeEvent<T: Decodable>(_ type: T.Type) throws(InvalidEvent) -> T {
    do {
      return try connection.withBytes(event) { bytes throws(JSONError) in
        try JSON.decode(type, from: bytes)
      }
    } catch {
      throw InvalidEvent("\(error)")
    }
  }

  /// Posts the response that a handler makes, or the error it throws.
  mutating func postResponse(
    for context: InvocationContext, _ body: (borrowing RuntimeSession) throws -> [UInt8]
  ) {
    let response: [UInt8]
    do {
      response = try body(self)
    } catch {
      return postError(ErrorReport(error), for: context)
    }
    postResponse(response, for: context)
  }

  // Posts an error instead if the response is too large.
  private mutating func postResponse(_ body: [UInt8], for context: InvocationContext) {
    guard body.count <= Self.responseLimit else {
      let report = ErrorReport(
        type: "ResponseSizeTooLarge",
        message: "The response of \(body.count) bytes is over \(Self.responseLimit).")
      return postError(report, for: context)
    }
    text.setResponse(requestID: context.requestID, contentLength: body.count)
    post(body, what: "response", log: context.log)
  }

  private mutating func postError(_ report: ErrorReport, for context: InvocationContext) {
    context.log.report(report)
    text.setError(requestID: context.requestID, report)
    post(report.body, what: "error", log: context.log)
  }

  /// Posts why no handler could be made.
  mutating func postInitError(_ error: any Error) {
    let report = ErrorReport(error)
    log.report(report, as: .fatal)
    text.setError(requestID: nil, report)
    post(report.body, what: Self.initError, log: log)
  }

  private static let initError = "init error"

  // Nothing here is fatal: the next request for an invocation shows whether the service goes on.
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
      // Another worker's came first, and the service accepts only one.
      break
    default:
      log.error("the \(what) was refused with status \(status)")
    }
  }

  /// Lets a body stream the response to the current event, and ends the stream as the body ended.
  mutating func postStream<Event: Decodable>(
    _ type: Event.Type, for context: InvocationContext,
    _ body: (Event, inout ResponseStream) throws -> Void
  ) {
    let event: Event
    do {
      event = try decodeEvent(type)
    } catch {
      return postError(ErrorReport(error), for: context)
    }
    // Lent for as long as the response takes; the one left in its place is never opened.
    let standIn = RuntimeConnection(to: connection.address, watch: ConnectionWatch())
    var stream = ResponseStream(standIn, text: text, requestID: context.requestID)
    swap(&connection, &stream.connection)
    var report: ErrorReport?
    do {
      try body(event, &stream)
    } catch {
      report = ErrorReport(error)
    }
    let whole = stream.whole
    let isStreamed = stream.isBegun || (report == nil && whole == nil)
    let outcome = isStreamed ? stream.end(report) : nil
    swap(&connection, &stream.connection)
    guard let outcome else {
      if let report { return postError(report, for: context) }
      if let whole { postResponse(whole, for: context) }
      return
    }
    if let report { context.log.report(report) }
    switch outcome {
    case .success(let status):
      note(status, what: "streamed response", log: context.log)
    case .failure(let error):
      connection.close()
      context.log.warn("the streamed response was cut short: \(error)")
    }
  }
}

extension Span<UInt8> {
  fileprivate func hasSameBytes(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return unsafe withUnsafeBytes { own in
      unsafe other.withUnsafeBytes { other in
        guard let left = own.baseAddress, let right = other.baseAddress else { return true }
        return unsafe memcmp(left, right, own.count) == 0
      }
    }
  }
}
