internal import Glibc

/// The few calls on Unix sockets that the test servers share.
enum LocalSocket {
  static func listen(_ path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw CutterError(errno) }
    var address = try address(path)
    let bound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0, Glibc.listen(descriptor, 16) == 0 else { throw CutterError(errno) }
    return descriptor
  }

  static func connect(_ path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw CutterError(errno) }
    var address = try address(path)
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard connected == 0 else {
      let code = errno
      close(descriptor)
      throw CutterError(code)
    }
    return descriptor
  }

  private static func address(_ path: String) throws -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
      guard path.utf8.count < target.count else { return false }
      unsafe target.copyBytes(from: path.utf8)
      return true
    }
    guard fits else { throw CutterError(ENAMETOOLONG) }
    return address
  }

  static func isReadable(_ descriptors: Int32..., milliseconds: Int32) -> Bool {
    var list = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    return unsafe poll(&list, nfds_t(list.count), milliseconds) > 0
  }

  static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      // Not write(2): a reader that has gone must not end the test run by SIGPIPE.
      let count = unsafe rest.withUnsafeBytes {
        unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

/// Runs work on a thread of its own that nobody waits for.
func detach(_ work: @escaping @Sendable () -> Void) {
  let box = unsafe Unmanaged.passRetained(DetachedWork(work)).toOpaque()
  var thread = pthread_t()
  let failed = unsafe pthread_create(
    &thread, nil,
    { box in
      guard let box = unsafe box else { return nil }
      unsafe Unmanaged<DetachedWork>.fromOpaque(box).takeRetainedValue().work()
      return nil
    }, box)
  if failed == 0 {
    pthread_detach(thread)
  } else {
    unsafe Unmanaged<DetachedWork>.fromOpaque(box).release()
  }
}

private final class DetachedWork: Sendable {
  let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}
