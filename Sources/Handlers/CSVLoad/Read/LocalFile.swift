internal import AWS
internal import Glibc

/// A file of this machine, or standard input, open for reading.
package struct LocalFile: ~Copyable {
  /// Bytes read at a time: enough for system calls not to show.
  private static let pieceBytes = 256 << 10

  private let descriptor: CInt
  /// The path as it was given; `-` for standard input.
  package let path: String
  /// The bytes it has; nil when only reading tells, as of a pipe.
  package let size: Int?

  /// Opens a file; `-` is standard input.
  package init(_ path: String) throws(LocalFileFault) {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LocalFileFault("\(path) cannot be opened", errno) }
    var entry = stat()
    guard unsafe fstat(descriptor, &entry) == 0 else {
      let number = errno
      close(descriptor)
      throw LocalFileFault("\(path) cannot be read", number)
    }
    self.descriptor = descriptor
    self.path = path
    size = entry.st_mode & S_IFMT == S_IFREG ? Int(entry.st_size) : nil
  }

  deinit { close(descriptor) }

  /// Lends the bytes from here to the end, or so many at most, piece by piece.
  package mutating func read(
    upTo limit: Int = .max, _ body: (Span<UInt8>) throws -> Void
  ) throws {
    var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
    var left = limit
    while left > 0 {
      let count = unsafe piece.withUnsafeMutableBytes { room in
        unsafe Glibc.read(descriptor, room.baseAddress, min(room.count, left))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw LocalFileFault("\(path) cannot be read", errno) }
      if count == 0 { return }
      left -= count
      try body(piece.span.extracting(0..<count))
    }
  }

  /// Goes back to the first byte; false when the file can be read only once.
  package mutating func rewind() -> Bool { lseek(descriptor, 0, SEEK_SET) == 0 }

  /// What changes with the file's content, as far as the system tells.
  var state: [Int] {
    var entry = stat()
    guard unsafe fstat(descriptor, &entry) == 0 else { return [] }
    // Of the C modules that include it, any may own the type in a release build, and its members'
    // names then need that module's import; so the two integers are taken without them.
    let changed = unsafe withUnsafeBytes(of: entry.st_mtim) { bytes in
      unsafe Array(bytes.bindMemory(to: Int.self))
    }
    return [Int(entry.st_size)] + changed
  }

  /// The SHA-256 of the whole content, in hexadecimal; the next read begins at the start.
  mutating func digest() throws -> String {
    var digest = RunningDigest()
    try read { bytes in digest.update(bytes) }
    guard rewind() else { throw LocalFileFault("\(path) cannot be read twice", errno) }
    return Digest.hex(digest.finish())
  }
}

/// A file that cannot be read.
package struct LocalFileFault: Error, CustomStringConvertible {
  package let description: String

  init(_ what: String, _ number: CInt) {
    description = "\(what): \(unsafe String(cString: strerror(number)))"
  }
}
