internal import Glibc

/// Owns a TCP socket on the loopback.
final class StubSocket: Sendable {
  struct Failure: Error {
    let call: String
    let number: CInt
  }

  private let file: CInt
  let port: Int

  private init(file: CInt, port: Int) {
    self.file = file
    self.port = port
  }

  deinit { close(file) }

  /// Makes a socket that listens on a port of the kernel's choice.
  static func listening() throws -> StubSocket {
    let file = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard file >= 0 else { throw Failure(call: "socket", number: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(file, address, size) == 0 && listen(file, 64) == 0
          && getsockname(file, address, &size) == 0
      }
    }
    guard result else {
      close(file)
      throw Failure(call: "bind", number: errno)
    }
    return StubSocket(file: file, port: Int(UInt16(bigEndian: address.sin_port)))
  }

  /// Waits for a connection; none when the socket was shut down.
  func accept() -> StubSocket? {
    let connection = Glibc.accept(file, nil, nil)
    return connection < 0 ? nil : StubSocket(file: connection, port: port)
  }

  /// Sends all bytes, and says whether the other side could take them.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(
          file, $0.baseAddress?.advanced(by: sent), bytes.count - sent, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Waits for bytes; none when the other side has closed.
  func receive() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe recv(file, $0.baseAddress, $0.count, 0)
    }
    return Array(bytes.prefix(max(0, count)))
  }

  /// Ends both directions, which wakes whoever waits on the socket.
  func shutDown() { shutdown(file, CInt(SHUT_RDWR)) }
}

/// Takes the requests of one connection apart.
struct StubReader {
  struct Head {
    let lines: [Substring]

    var fields: [(name: String, value: String)] {
      lines.dropFirst().map { line in
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
        return (String(parts[0]), String(value))
      }
    }
  }

  private let socket: StubSocket
  private var pending: [UInt8] = []

  init(_ socket: StubSocket) { self.socket = socket }

  /// Waits for the next request; none when the connection has ended.
  mutating func next() -> (Head, [UInt8])? {
    var end: Int?
    repeat {
      end = pending.indices.dropLast(3).first {
        pending[$0..<($0 + 4)].elementsEqual("\r\n\r\n".utf8)
      }
    } while end == nil && pending.first != 0x16 && fill()
    // A greeting of TLS is answered in the clear, as web servers do.
    if pending.first == 0x16 {
      pending = []
      return (Head(lines: ["TLS"]), [])
    }
    guard let end else { return nil }
    let text = String(decoding: pending[..<end], as: UTF8.self)
    let head = Head(lines: text.split(separator: "\r\n"))
    pending.removeFirst(end + 4)
    let length = head.fields.first { $0.name.lowercased() == "content-length" }
    let count = length.flatMap { Int($0.value) } ?? 0
    while pending.count < count { if !fill() { return nil } }
    defer { pending.removeFirst(count) }
    return (head, Array(pending.prefix(count)))
  }

  private mutating func fill() -> Bool {
    let bytes = socket.receive()
    pending += bytes
    return !bytes.isEmpty
  }
}

/// Runs a closure on a thread of its own: the test's threads may all be blocked.
func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
  let result = unsafe pthread_create(
    &thread, nil,
    { context in
      guard let context = unsafe context else { return nil }
      unsafe Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
      return nil
    }, box)
  precondition(result == 0, "no thread: \(result)")
  pthread_detach(thread)
}

/// Waits.
func pause(_ duration: Duration) {
  guard duration > .zero else { return }
  usleep(useconds_t(duration / .microseconds(1)))
}
