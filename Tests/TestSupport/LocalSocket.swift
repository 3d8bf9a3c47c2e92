internal import Glibc

/// A stream socket on this machine, blocking: TCP on 127.0.0.1 or a Unix socket.
public final class LocalSocket: Sendable {
  /// For `poll`.
  let descriptor: Int32

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    // A program started meanwhile may have inherited the descriptor; the other side is to notice
    // the end all the same.
    shutDown()
    close(descriptor)
  }

  /// Listens on a port of the kernel's choice.
  static func listening() throws -> LocalSocket {
    let socket = try LocalSocket(family: AF_INET)
    try socket.bind(toPort: 0)
    guard listen(socket.descriptor, 64) == 0 else { throw SystemCallFailure("listen") }
    return socket
  }

  /// Listens on a Unix socket.
  static func listening(at path: String) throws -> LocalSocket {
    let socket = try LocalSocket(family: AF_UNIX)
    let bound = unsafe try withAddress(path) { unsafe Glibc.bind(socket.descriptor, $0, $1) }
    guard bound == 0 else { throw SystemCallFailure("bind \(path)") }
    guard listen(socket.descriptor, 64) == 0 else { throw SystemCallFailure("listen") }
    return socket
  }

  /// Connects to a port of 127.0.0.1.
  public static func connected(toPort port: UInt16) throws -> LocalSocket {
    let socket = try LocalSocket(family: AF_INET)
    let failed = unsafe withAddress(port) { unsafe connect(socket.descriptor, $0, $1) }
    guard failed == 0 else { throw SystemCallFailure("connect to port \(port)") }
    return socket
  }

  /// Connects to a Unix socket.
  static func connected(to path: String) throws -> LocalSocket {
    let socket = try LocalSocket(family: AF_UNIX)
    let failed = unsafe try withAddress(path) { unsafe connect(socket.descriptor, $0, $1) }
    guard failed == 0 else { throw SystemCallFailure("connect to \(path)") }
    return socket
  }

  /// Holds a port of the kernel's choice without listening on it.
  ///
  /// As long as it lives the kernel gives the port to nobody, but a server that sets SO_REUSEADDR,
  /// as servers do, may listen on it: two such sockets share a port until both listen.
  static func holdingPort() throws -> LocalSocket {
    let socket = try LocalSocket(family: AF_INET)
    var one: Int32 = 1
    unsafe setsockopt(
      socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    try socket.bind(toPort: 0)
    return socket
  }

  /// Two sockets that are connected to each other.
  static func pair() throws -> (LocalSocket, LocalSocket) {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw SystemCallFailure("socketpair")
    }
    return (LocalSocket(ends[0]), LocalSocket(ends[1]))
  }

  /// The port of a TCP socket.
  var port: UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Waits for a connection; nil when the socket was shut down.
  func accept() -> LocalSocket? {
    while true {
      let connection = Glibc.accept(descriptor, nil, nil)
      if connection >= 0 {
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return LocalSocket(connection)
      }
      guard errno == EINTR || errno == ECONNABORTED else { return nil }
    }
  }

  /// Sends all of the bytes, and says whether the other side could take them.
  func send(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      // Not write(2): a reader that has gone must not end the test run by SIGPIPE.
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Sends all of the bytes, and says whether the other side could take them.
  @discardableResult
  public func send(_ bytes: [UInt8]) -> Bool { send(bytes[...]) }

  /// Receives what is there, waiting for something; empty at the end of the stream, however it came.
  public func receive() -> [UInt8] {
    while true {
      var count = 0
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 262_144) { buffer, used in
        count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
        used = max(count, 0)
      }
      if count < 0 && errno == EINTR { continue }
      return bytes
    }
  }

  /// Lets `receive` wait no longer than that.
  public func limitSilence(_ limit: Duration) {
    var limit = timeval(tv_sec: Int(limit.components.seconds), tv_usec: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Sends small pieces at once.
  func sendWithoutDelay() {
    var one: Int32 = 1
    unsafe setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Ends both directions, which wakes whoever waits on either side.
  func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Ends the direction towards the other side.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  private convenience init(family: Int32) throws {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemCallFailure("socket") }
    self.init(descriptor)
  }

  private func bind(toPort port: UInt16) throws {
    let failed = unsafe Self.withAddress(port) { unsafe Glibc.bind(descriptor, $0, $1) }
    guard failed == 0 else { throw SystemCallFailure("bind to port \(port)") }
  }

  private static func withAddress<R>(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
  ) -> R {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }

  private static func withAddress<R>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
  ) throws -> R {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
      guard path.utf8.count < target.count else { return false }
      unsafe target.copyBytes(from: path.utf8)
      return true
    }
    guard fits else { throw SystemCallFailure(path, code: ENAMETOOLONG) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}
