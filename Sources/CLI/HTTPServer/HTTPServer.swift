import CMicroHTTPD
import Glibc
import HTTP
import System

/// A small HTTP/1.1 server on 127.0.0.1 with a thread for each connection.
///
/// Its handler may block for as long as it likes: the Runtime API's `/next` does. Letting go of the
/// server waits for handlers to return, so whatever they wait for must be woken first.
@safe
struct HTTPServer: ~Copyable {
  private let daemon: OpaquePointer
  private let service: Service
  let port: UInt16

  /// Listens on the port, or on a free one when it is 0.
  ///
  /// A body over the limit reaches the handler empty and marked as too large; a request whose body
  /// broke off is told to `aborted` only. Both are called on the connection's thread.
  init(
    port: UInt16, bodyLimit: Int, aborted: @escaping @Sendable (ServerRequest) -> Void = { _ in },
    handler: @escaping @Sendable (ServerRequest) -> ServerResponse
  ) throws(CommandError) {
    service = Service(bodyLimit: bodyLimit, aborted: aborted, handler: handler)
    let context = unsafe Unmanaged.passUnretained(service).toOpaque()
    errno = 0
    guard
      let started = unsafe cmhd_start(port, receivePiece, openExchange, closeExchange, context)
    else {
      throw CommandError(
        "cannot listen on 127.0.0.1:\(port): \(SystemError(code: errno))",
        advice: "Is another stack running? Stop it, or choose another port with --port.")
    }
    unsafe daemon = started
    self.port = unsafe cmhd_port(started)
  }

  deinit {
    // Handlers use `service` until this returns.
    withExtendedLifetime(service) { unsafe MHD_stop_daemon(daemon) }
  }
}

/// What the server's callbacks reach through their context.
private final class Service: Sendable {
  let bodyLimit: Int
  let aborted: @Sendable (ServerRequest) -> Void
  let handler: @Sendable (ServerRequest) -> ServerResponse

  init(
    bodyLimit: Int, aborted: @escaping @Sendable (ServerRequest) -> Void,
    handler: @escaping @Sendable (ServerRequest) -> ServerResponse
  ) {
    self.bodyLimit = bodyLimit
    self.aborted = aborted
    self.handler = handler
  }
}

/// One request while it comes in; touched by its connection's thread only.
private final class Exchange {
  var request: ServerRequest
  var hasHeaders = false
  var isAnswered = false

  init(target: String) {
    request = ServerRequest(method: "", target: target)
  }

  func append(_ bytes: UnsafeRawBufferPointer, limit: Int) {
    if request.isTooLarge || request.body.count + bytes.count > limit {
      request.isTooLarge = true
      request.body = []
    } else {
      unsafe request.body.append(contentsOf: bytes)
    }
  }
}

/// The first callback of a request: the only one that sees the target undecoded.
private func openExchange(
  _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>, _ connection: OpaquePointer
) -> UnsafeMutableRawPointer? {
  unsafe Unmanaged.passRetained(Exchange(target: String(cString: target))).toOpaque()
}

/// Called for a request's headers, then for each piece of its body, then once more at its end.
private func receivePiece(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?,
  _ piece: UnsafePointer<CChar>?, _ pieceCount: UnsafeMutablePointer<Int>?,
  _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let context = unsafe context, let connection = unsafe connection,
    let method = unsafe method, let pieceCount = unsafe pieceCount, let slot = unsafe slot,
    let opened = unsafe slot.pointee
  else { return .NO }
  let service = unsafe Unmanaged<Service>.fromOpaque(context).takeUnretainedValue()
  let exchange = unsafe Unmanaged<Exchange>.fromOpaque(opened).takeUnretainedValue()
  if !exchange.hasHeaders {
    exchange.hasHeaders = true
    exchange.request.method = unsafe String(cString: method)
    exchange.request.headers = unsafe values(of: connection, .HEADER_KIND)
    unsafe exchange.request.socket = cmhd_socket(connection)
    return .YES
  }
  if let piece = unsafe piece, unsafe pieceCount.pointee > 0 {
    let bytes = unsafe UnsafeRawBufferPointer(start: piece, count: pieceCount.pointee)
    unsafe exchange.append(bytes, limit: service.bodyLimit)
    unsafe pieceCount.pointee = 0
    return .YES
  }
  unsafe exchange.request.trailers = values(of: connection, .FOOTER_KIND)
  exchange.isAnswered = true
  return unsafe send(service.handler(exchange.request), on: connection)
}

private func closeExchange(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
  _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ end: MHD_RequestTerminationCode
) {
  guard let context = unsafe context, let slot = unsafe slot, let opened = unsafe slot.pointee
  else { return }
  unsafe slot.pointee = nil
  let exchange = unsafe Unmanaged<Exchange>.fromOpaque(opened).takeRetainedValue()
  guard exchange.hasHeaders, !exchange.isAnswered else { return }
  unsafe Unmanaged<Service>.fromOpaque(context).takeUnretainedValue().aborted(exchange.request)
}

private func values(of connection: OpaquePointer, _ kind: MHD_ValueKind) -> HTTPFields {
  final class Collected {
    var values: HTTPFields = [:]
  }
  let collected = Collected()
  _ = unsafe MHD_get_connection_values(
    connection, kind,
    { context, _, name, value in
      guard let context = unsafe context, let name = unsafe name else { return .NO }
      let collected = unsafe Unmanaged<Collected>.fromOpaque(context).takeUnretainedValue()
      let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
      unsafe collected.values.append(String(cString: name), text)
      return .YES
    }, Unmanaged.passUnretained(collected).toOpaque())
  return withExtendedLifetime(collected) { collected.values }
}

private func send(_ answer: ServerResponse, on connection: OpaquePointer) -> MHD_Result {
  guard answer.status != 0 else { return .NO }
  let made = unsafe answer.pieces.isEmpty ? copied(answer.body) : lent(answer.pieces)
  guard let response = unsafe made else { return .NO }
  defer { unsafe MHD_destroy_response(response) }
  for header in answer.headers.fields {
    // A name or value that HTTP cannot carry is left out by the library.
    _ = unsafe MHD_add_response_header(response, header.name, header.value)
  }
  return unsafe MHD_queue_response(connection, UInt32(clamping: answer.status), response)
}

private func copied(_ body: [UInt8]) -> OpaquePointer? {
  var body = body
  return unsafe body.withUnsafeMutableBytes { bytes in
    unsafe MHD_create_response_from_buffer(bytes.count, bytes.baseAddress, .RESPMEM_MUST_COPY)
  }
}

/// Keeps the pieces alive until the library has sent them.
private func lent(_ pieces: [LentBytes]) -> OpaquePointer? {
  final class Loan {
    let pieces: [LentBytes]
    init(_ pieces: [LentBytes]) { self.pieces = pieces }
  }
  let vectors = unsafe pieces.map { piece in
    unsafe MHD_IoVec(
      iov_base: piece.owner.start?.advanced(by: piece.range.lowerBound), iov_len: piece.count)
  }
  let loan = unsafe Unmanaged.passRetained(Loan(pieces))
  let response = unsafe MHD_create_response_from_iovec(
    vectors, UInt32(vectors.count),
    { context in
      guard let context = unsafe context else { return }
      unsafe Unmanaged<Loan>.fromOpaque(context).release()
    }, loan.toOpaque())
  if unsafe response == nil { unsafe loan.release() }
  return unsafe response
}
