internal import Glibc

/// A connected TCP socket that blocks.
struct TCPSocket: ~Copyable {
  let descriptor: Int32

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    _ = close(descriptor)
  }

  /// Connects to an address of that family.
  static func connected(
    to address: UnsafeRawBufferPointer, family: Int32
  ) throws(TransportError) -> TCPSocket {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { throw .unreachable(errno) }
    let connection = TCPSocket(descriptor)
    var status = unsafe Glibc.connect(
      descriptor, address.assumingMemoryBound(to: sockaddr.self).baseAddress,
      socklen_t(address.count))
    if status != 0, errno == EINTR { status = finishConnect(descriptor) }
    guard status == 0 else {
      let code = errno
      throw .unreachable(code)
    }
    // Without it the kernel may hold back the end of a reply until the peer has acknowledged the
    // piece before.
    var one: Int32 = 1
    _ = unsafe setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    return connection
  }

  // An interrupted connect goes on by itself; asking again would fail with EALREADY.
  private static func finishConnect(_ descriptor: Int32) -> Int32 {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while unsafe poll(&request, 1, -1) < 0 && errno == EINTR {}
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    errno = code
    return code == 0 ? 0 : -1
  }

  /// Receives at least one byte, waiting as long as it takes: the wait for an event may span a
  /// freeze of any length.
  func receive(into buffer: inout ReceiveBuffer) throws(TransportError) {
    while true {
      let count = unsafe buffer.fill { free in
        unsafe recv(descriptor, free.baseAddress, free.count, 0)
      }
      if count > 0 { return }
      if count == 0 { throw .closed }
      let code = errno
      if code == EINTR { continue }
      throw code == ECONNRESET ? .closed : .failed(code)
    }
  }

  /// Whether the peer has sent something, or closed, before it was due.
  var hasInput: Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&request, 1, 0) > 0
  }

  /// Sends two or three pieces as one, in as few calls as the kernel allows.
  func send(
    _ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8> = Span()
  ) throws(TransportError) {
    let total = first.count + second.count + third.count
    var sent = 0
    while sent < total {
      let count = unsafe first.withUnsafeBytes { first in
        unsafe second.withUnsafeBytes { second in
          unsafe third.withUnsafeBytes { third in
            unsafe sendOnce(first, second, third, skipping: sent)
          }
        }
      }
      if count >= 0 {
        sent += count
        continue
      }
      let code = errno
      if code == EINTR { continue }
      throw code == EPIPE || code == ECONNRESET ? .closed : .failed(code)
    }
  }

  private func sendOnce(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer,
    _ third: UnsafeRawBufferPointer, skipping sent: Int
  ) -> Int {
    var pieces: [3 of iovec] = unsafe [iovec(first), iovec(second), iovec(third)]
    var skip = sent
    for index in unsafe pieces.indices {
      let skipped = unsafe min(skip, pieces[index].iov_len)
      unsafe pieces[index].iov_base = pieces[index].iov_base.map { unsafe $0 + skipped }
      unsafe pieces[index].iov_len -= skipped
      skip -= skipped
    }
    return unsafe withUnsafeMutablePointer(to: &pieces) { pieces in
      unsafe pieces.withMemoryRebound(to: iovec.self, capacity: 3) { pieces in
        var message = unsafe msghdr()
        unsafe message.msg_iov = pieces
        unsafe message.msg_iovlen = 3
        // A peer that has gone must be an error here, not a signal to the process.
        return unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
      }
    }
  }
}

extension iovec {
  fileprivate init(_ bytes: UnsafeRawBufferPointer) {
    unsafe self.init(
      iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
  }
}
