internal import Glibc

/// An open file, or what else has a descriptor; signals interrupt none of its calls.
package struct OpenFile: ~Copyable {
  /// What a file is opened for.
  package enum Purpose {
    case reading
    /// Writing a file that must not be there yet.
    case creating

    fileprivate var flags: Int32 {
      switch self {
      case .reading: O_RDONLY | O_CLOEXEC
      case .creating: O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
      }
    }
  }

  package let descriptor: Int32

  /// Opens a file.
  package init(_ path: String, for purpose: Purpose) throws(SystemError) {
    descriptor = unsafe open(path, purpose.flags, 0o644)
    guard descriptor >= 0 else { throw .last }
  }

  /// Opens standard input or output once more.
  package init(duplicating descriptor: Int32) throws(SystemError) {
    self.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard self.descriptor >= 0 else { throw .last }
  }

  deinit { Glibc.close(descriptor) }

  /// Reads what comes next into the room, and says how many bytes that was; none at the end.
  package func read(into room: inout [UInt8], atMost limit: Int = .max) throws(SystemError) -> Int {
    while true {
      let count = unsafe room.withUnsafeMutableBytes { room in
        unsafe Glibc.read(descriptor, room.baseAddress, min(room.count, limit))
      }
      if count >= 0 { return count }
      guard errno == EINTR else { throw .last }
    }
  }

  /// Reads up to the end.
  package func contents() throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    // Cold starts read small files by this, and every page of it is a fault.
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    while case let count = try read(into: &piece), count > 0 { bytes += piece[..<count] }
    return bytes
  }

  /// Writes all of the bytes.
  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    try Self.write(bytes, to: descriptor)
  }

  /// Writes all of the bytes to a descriptor that is open, such as standard output.
  package static func write(_ bytes: Span<UInt8>, to descriptor: Int32) throws(SystemError) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { all in
        unsafe Glibc.write(descriptor, all.baseAddress?.advanced(by: sent), all.count - sent)
      }
      guard count >= 0 || errno == EINTR else { throw .last }
      sent += max(count, 0)
    }
  }
}
