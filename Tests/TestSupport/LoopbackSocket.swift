internal import Glibc

/// A TCP connection on this machine, blocking, with a limit on silence.
public struct LoopbackSocket: ~Copyable, Sendable {
  private let descriptor: Int32

  /// Connects to a port of 127.0.0.1.
  public init(port: UInt16) throws {
    descriptor = try Self.connected(to: port)
    limitSilence()
  }

  deinit {
    close(descriptor)
  }

  /// Sends all of the bytes.
  public func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.send(
          descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw SystemCallFailure("send") }
      sent += count
    }
  }

  /// Receives what is there, waiting for something; empty at the end of the stream.
  public func receive() throws -> [UInt8] {
    while true {
      var count = 0
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 262_144) { buffer, used in
        count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
        used = max(count, 0)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemCallFailure("recv") }
      return bytes
    }
  }

  /// A port nobody listens on at the moment.
  public static func freePort() throws -> UInt16 {
    let listener = try LoopbackListener()
    return listener.port
  }

  private static func connected(to port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemCallFailure("socket") }
    guard unsafe withAddress(port, { unsafe connect(descriptor, $0, $1) }) == 0 else {
      let failure = SystemCallFailure("connect to port \(port)")
      close(descriptor)
      throw failure
    }
    return descriptor
  }

  private func limitSilence() {
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  static func withAddress<R>(
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
}
