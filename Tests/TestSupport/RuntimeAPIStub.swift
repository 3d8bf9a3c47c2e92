import Glibc
import Synchronization

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
    var descriptors: Set<Int32> = []
    var connectionCount = 0
    var isStopped = false
  }

  private let listener: Int32
  private let state = Mutex(State())

  /// The port it listens on.
  public let port: UInt16

  /// What `AWS_LAMBDA_RUNTIME_API` should hold.
  public var address: String { "127.0.0.1:\(port)" }

  /// Starts to listen on a free port of the loopback address.
  ///
  /// The replies to `/next` are given one after the other, then 403; those to everything that is
  /// posted one after the other, then 202.
  public init(next: [RuntimeAPIReply] = [], posts: [RuntimeAPIReply] = []) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (listener, length) = (listener, size)
    let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe bind(listener, pointer, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, pointer, &size) == 0
      }
    }
    guard isListening else { throw RuntimeAPIStubError(code: errno) }
    port = UInt16(bigEndian: address.sin_port)
    state.withLock { state in
      state.next = next
      state.posts = posts
    }
    RuntimeAPIStubThread.start { [self] in accept() }
  }

  /// Everything that was asked or posted so far.
  public var requests: [RuntimeAPIRequest] { state.withLock { $0.requests } }

  /// Everything that was posted so far.
  public var posts: [RuntimeAPIRequest] { requests.filter { $0.method == "POST" } }

  /// How many connections were made so far.
  public var connectionCount: Int { state.withLock { $0.connectionCount } }

  /// Adds replies to `/next` to the script.
  public func enqueue(_ replies: RuntimeAPIReply...) {
    state.withLock { $0.next += replies }
  }

  /// Waits until that many requests to a path that ends so were received; false after 10 seconds.
  public func wait(for count: Int, to suffix: String) -> Bool {
    for _ in 0..<10_000 {
      if requests.count(where: { $0.path.hasSuffix(suffix) }) >= count { return true }
      usleep(1000)
    }
    return false
  }

  /// Closes the port and every connection, held ones too.
  public func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      for descriptor in state.descriptors { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
      _ = shutdown(listener, Int32(SHUT_RDWR))
    }
  }

  private func accept() {
    while true {
      let descriptor = Glibc.accept(listener, nil, nil)
      guard descriptor >= 0 else { break }
      let isWanted = state.withLock { state in
        state.connectionCount += 1
        if !state.isStopped { state.descriptors.insert(descriptor) }
        return !state.isStopped
      }
      guard isWanted else {
        close(descriptor)
        break
      }
      RuntimeAPIStubThread.start { [self] in
        serve(RuntimeAPIStubConnection(descriptor))
        state.withLock { _ = $0.descriptors.remove(descriptor) }
        close(descriptor)
      }
    }
    close(listener)
  }

  private func serve(_ connection: RuntimeAPIStubConnection) {
    while true {
      guard let head = connection.readHead() else { return }
      let reply = reply(to: head)
      var request = head
      switch reply {
      case .closeAfter(let count), .refuseAfter(let count, _):
        request.body = connection.readBytes(atLeast: count)
      default:
        connection.readBody(of: &request)
      }
      state.withLock { $0.requests.append(request) }
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

/// A stub that could not be set up.
public struct RuntimeAPIStubError: Error {
  /// The system's error number.
  public let code: Int32
}
