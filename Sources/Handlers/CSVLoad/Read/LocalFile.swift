internal import AWS
internal import Glibc
internal import System

/// A local file, or standard input, open for reading.
package struct LocalFile: ~Copyable {
  /// The bytes of one read: enough to make the cost of system calls negligible.
  private static let pieceBytes = 256 << 10

  private let file: OpenFile
  /// The path as given; `-` is standard input.
  package let path: String
  /// The file's size in bytes; nil if only reading tells, as for a pipe.
  package let size: Int?

  /// Opens a file; `-` is standard input.
  package init(_ path: String) throws(LocalFileFault) {
    let file: OpenFile
    do throws(SystemError) {
      file =
        path == "-"
        ? try OpenFile(duplicating: STDIN_FILENO) : try OpenFile(path, for: .reading)
    } catch {
      throw LocalFileFault("\(path) cannot be opened", error)
    }
    var entry = stat()
    guard unsafe fstat(file.descriptor, &entry) == 0 else {
      throw LocalFileFault("\(path) cannot be read", SystemError(code: errno))
    }
    self.file = file
    self.path = path
    size = entry.st_mode & S_IFMT == S_IFREG ? Int(entry.st_size) : nil
  }

  /// Passes on the bytes from here to the end, or at most that many, piece by piece.
  package mutating func read(
    upTo limit: Int = .max, _ body: (Span<UInt8>) throws -> Void
  ) throws {
    var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
    var left = limit
    while left > 0 {
      let count: Int
      do throws(SystemError) {
        count = try file.read(into: &piece, atMost: left)
      } catch {
        throw LocalFileFault("\(path) cannot be read", error)
      }
      if count == 0 { return }
      left -= count
      try body(piece.span.extracting(0..<count))
    }
  }

  /// Seeks to the first byte; false if the file can be read only once.
  package mutating func rewind() -> Bool { lseek(file.descriptor, 0, SEEK_SET) == 0 }

  /// A value that changes with the file's content, as far as the system can tell.
  var state: [Int] {
    var entry = stat()
    guard unsafe fstat(file.descriptor, &entry) == 0 else { return [] }
    // In a release build, any of the C modules that include it may own the type, and its members'
    // names then need that module's import; so the two integers are read without them.
    let changed = unsafe withUnsafeBytes(of: entry.st_mtim) { bytes in
      unsafe Array(bytes.bindMemory(to: Int.self))
    }
    return [Int(entry.st_size)] + changed
  }

  /// The SHA-256 of the whole content, in hexadecimal; the next read begins at the start.
  mutating func digest() throws -> String {
    var digest = RunningDigest()
    try read { bytes in digest.update(bytes) }
    guard rewind() else {
      throw LocalFileFault("\(path) cannot be read twice", SystemError(code: errno))
    }
    return Digest.hex(digest.finish())
  }
}

/// A file that cannot be read.
package struct LocalFileFault: Error, CustomStringConvertible {
  package let description: String

  init(_ what: String, _ error: SystemError) { description = "\(what): \(error)" }
}
