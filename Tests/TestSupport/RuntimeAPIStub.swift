internal import Synchronization

/// A Runtime API on a loopback port that answers exactly what a test scripts, valid or not.
///
/// It speaks raw bytes: replies can be garbage, come in pieces, or not at all. Requests are
/// recorded as they arrived, trailers included. When the script for `/next` is used up it answers
/// 403, which ends a runtime with status 1.
public final class RuntimeAPIStub: Sendable {
  private struct State {
    var next: [RuntimeAPIReply] = []
    var posts: [RuntimeAPIReply] = []
    var requests: [RuntimeAPIRequest] = []
    var connections: [Int: LocalSocket] = [:]
    var connectionCount = 0
    var isStopped = false
  }

  private let listener: LocalSocket
  private let state = Mutex(State())

  /// The port it listens on.
  public var port: UInt16 { listener.port }

  /// What `AWS_LAMBDA_RUNTIME_API` should hold.
  public var address: String { "127.0.0.1:\(port)" }

  /// Starts to listen on a free port of the loopback address.
  ///
  /// The replies to `/next` are given one after the other, then 403; those to everything that is
  /// posted one after the other, then 202.
  public init(next: [RuntimeAPIReply] = [], posts: [RuntimeAPIReply] = []) throws {
    listener = try LocalSocket.listening()
    state.withLock { state in
      state.next = next
      state.posts = posts
    }
    try BlockingThread.start { [listener, weak self] in
      while let socket = listener.accept() {
        try? BlockingThread.start { [weak self] in self?.serve(socket) }
      }
    }
  }

  deinit {
    stop()
  }

  /// Everything that was asked or posted so far.
  public var requests: [RuntimeAPIRequest] { state.withLock { $0.requests } }

  /// Everything that was posted so far.
  public var posts: [RuntimeAPIRequest] { requests.filter { $0.method == "POST" } }

  /// How many connections were made so far.
  public var connectionCount: Int { state.withLock { $0.connectionCount } }

  /// How many of them are open.
  public var openConnectionCount: Int { state.withLock { $0.connections.count } }

  /// Waits until that many requests to a path that ends so were received; false when they are not.
  public func wait(for count: Int, to suffix: String) -> Bool {
    Patience.until { requests.count(where: { $0.path.hasSuffix(suffix) }) >= count }
  }

  /// Closes the port and every connection, held ones too.
  public func stop() {
    state.withLock { state in
      state.isStopped = true
      for socket in state.connections.values { socket.shutDown() }
    }
    listener.shutDown()
  }

  private func serve(_ socket: LocalSocket) {
    let number = state.withLock { state -> Int? in
      guard !state.isStopped else { return nil }
      state.connectionCount += 1
      state.connections[state.connectionCount] = socket
      return state.connectionCount
    }
    guard let number else { return }
    converse(over: socket)
    socket.shutDown()
    state.withLock { _ = $0.connections.removeValue(forKey: number) }
  }

  private func converse(over socket: LocalSocket) {
    var connection = RuntimeAPIStubConnection(socket)
    while let head = connection.readHead() {
      let reply = reply(to: head)
      var request = head
      switch reply {
      case .closeAfter(let count), .refuseAfter(let count, _):
        request.body = connection.readBytes(atLeast: count)
      default:
        connection.readBody(of: &request)
      }
      state.withLock { $0.requests.append(request) }
      if case .when(let holds, _) = reply { _ = Patience.until { holds(self) } }
      guard connection.send(reply) else { return }
    }
  }

  private func reply(to request: RuntimeAPIRequest) -> RuntimeAPIReply {
    state.withLock { state in
      if request.path.hasSuffix("/extension/register") {
        return .registered
      } else if request.path.hasSuffix("/event/next") {
        return .hold
      } else if request.path.hasSuffix("/next") {
        return state.next.isEmpty ? .status(403) : state.next.removeFirst()
      }
      return state.posts.isEmpty ? .status(202) : state.posts.removeFirst()
    }
  }
}
