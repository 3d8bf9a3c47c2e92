internal import Glibc

/// A listening socket on a free port of 127.0.0.1.
final class LoopbackListener: Sendable {
  let port: UInt16

  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemCallFailure("socket") }
    let descriptor = self.descriptor
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = unsafe LoopbackSocket.withAddress(0) { unsafe bind(descriptor, $0, $1) }
    let named = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard bound == 0, named == 0, listen(descriptor, 64) == 0 else {
      throw SystemCallFailure("listen")
    }
  }

  deinit {
    close(descriptor)
  }
}
