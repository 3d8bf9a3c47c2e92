internal import Glibc

/// A folder of a test's own, which goes with all it holds when the test is over.
public final class ScratchFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes an empty folder.
  public init() throws {
    path = "/tmp/sluice-folder-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    guard unsafe mkdir(path, 0o755) == 0 else { throw SystemCallFailure("mkdir \(path)") }
  }

  deinit { _ = try? ChildProcess.run(["rm", "-rf", "--", path]) }

  /// The path of a file in the folder.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, over one that is there, and gives its path.
  @discardableResult
  public func write(_ bytes: [UInt8], as name: String) throws -> String {
    let file = unsafe open(path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw SystemCallFailure("open \(path(name))") }
    defer { close(file) }
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(file, $0.baseAddress?.advanced(by: written), bytes.count - written)
      }
      guard count > 0 else { throw SystemCallFailure("write \(path(name))") }
      written += count
    }
    return path(name)
  }

  /// Writes a file of text.
  @discardableResult
  public func write(_ text: String, as name: String) throws -> String {
    try write(Array(text.utf8), as: name)
  }

  /// The text of a file in the folder; nil when there is none.
  public func read(_ name: String) -> String? { FileText.read(path(name)) }
}
