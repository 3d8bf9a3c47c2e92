internal import Glibc

/// Bytes as the system's own compressors make them.
public enum CompressedBytes {
  /// Compresses by `gzip`, `zstd` or another command that reads standard input.
  public static func make(_ bytes: [UInt8], by command: String) throws -> [UInt8] {
    let path = "/tmp/sluice-compress-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    defer { for suffix in ["", ".out"] { unsafe unlink(path + suffix) } }
    try write(bytes, to: path)
    _ = try ChildProcess.run(["sh", "-c", "\(command) <\(path) >\(path).out"])
    return try read("\(path).out")
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw SystemCallFailure("open \(path)") }
    defer { close(file) }
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(file, $0.baseAddress?.advanced(by: written), bytes.count - written)
      }
      guard count > 0 else { throw SystemCallFailure("write \(path)") }
      written += count
    }
  }

  private static func read(_ path: String) throws -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SystemCallFailure("open \(path)") }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe Glibc.read(file, &piece, piece.count)
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
    }
  }
}
