internal import Glibc
internal import Synchronization

/// Serves HTTP/1.1 on a loopback port and answers as a test says, well or badly.
public final class HTTPStub: Sendable {
  /// One request as it came in.
  public struct Request: Sendable {
    /// The method.
    public let method: String
    /// What stands after the method: path and query.
    public let target: String
    /// The header fields in their order.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: [UInt8]
    /// Which of the stub's connections it came by, from zero.
    public let connection: Int
    /// How many requests came before.
    public let number: Int

    /// Returns the first value of a header, whatever the case of its name.
    public func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// What to send back.
  public struct Reply: Sendable {
    /// The bytes of the whole response.
    public var bytes: [UInt8]
    /// How many of them are sent before the connection is cut.
    public var cutAfter: Int?
    /// How many of them are sent before the stub falls silent, with the connection open.
    public var silentAfter: Int?
    /// How long to wait before.
    public var delay: Duration = .zero
    /// Whether the connection ends after the response.
    public var closes = false

    /// Makes a well-formed response; a body's length may be stated wrongly.
    public init(
      _ status: Int = 200, _ headers: [(String, String)] = [], body: [UInt8] = [],
      contentLength: Int? = nil
    ) {
      var text = "HTTP/1.1 \(status) Stub\r\n"
      for (name, value) in headers { text += "\(name): \(value)\r\n" }
      if status != 304 { text += "Content-Length: \(contentLength ?? body.count)\r\n" }
      bytes = Array((text + "\r\n").utf8) + body
    }

    /// Makes a response of exactly these bytes.
    public init(raw text: String) { bytes = Array(text.utf8) }

    /// Returns the response with some properties changed.
    public func with(_ change: (inout Reply) -> Void) -> Reply {
      var reply = self
      change(&reply)
      return reply
    }
  }

  private struct State {
    var requests: [Request] = []
    var connections = 0
    var isStopped = false
  }

  private let listener: LocalSocket
  private let state = Mutex(State())
  private let respond: @Sendable (Request) -> Reply

  /// Starts a stub that answers each request by a closure.
  public init(_ respond: @escaping @Sendable (Request) -> Reply) throws {
    listener = try LocalSocket.listening()
    self.respond = respond
    try BlockingThread.start { [listener, weak self] in
      while let socket = listener.accept() {
        try? BlockingThread.start { [weak self] in self?.serve(socket) }
      }
    }
  }

  /// Starts a stub that gives these answers in turn, the last one again and again.
  public convenience init(_ replies: Reply...) throws {
    try self.init { replies[min($0.number, replies.count - 1)] }
  }

  deinit { listener.shutDown() }

  /// The port on 127.0.0.1.
  public var port: Int { Int(listener.port) }

  /// The address, without a path.
  public var url: String { "http://127.0.0.1:\(port)" }

  /// The requests so far.
  public var requests: [Request] { state.withLock { $0.requests } }

  private func serve(_ socket: LocalSocket) {
    let connection = state.withLock { state in
      defer { state.connections += 1 }
      return state.connections
    }
    var reader = HTTPStubReader(socket)
    while let (head, body) = reader.next() {
      let words = head.lines[0].split(separator: " ")
      let request = state.withLock { state in
        let request = Request(
          method: String(words.first ?? ""), target: String(words.dropFirst().first ?? ""),
          headers: head.fields, body: body, connection: connection, number: state.requests.count)
        state.requests.append(request)
        return request
      }
      let reply = respond(request)
      usleep(useconds_t(reply.delay / .microseconds(1)))
      if let cut = reply.cutAfter {
        _ = socket.send(reply.bytes.prefix(cut))
        break
      }
      if let silent = reply.silentAfter {
        _ = socket.send(reply.bytes.prefix(silent))
        // Ends when the other side gives up.
        _ = reader.next()
        break
      }
      guard socket.send(reply.bytes), !reply.closes else { break }
    }
  }
}
