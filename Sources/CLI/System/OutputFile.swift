import Glibc

/// A file that is written piece by piece and appears under its name when it is whole.
///
/// The path `-` stands for standard output, which gets the pieces at once.
struct OutputFile: ~Copyable {
  private let path: String
  private let draft: String?
  private var descriptor: Int32

  init(_ path: String) throws(CommandError) {
    self.path = path
    if path == "-" {
      (draft, descriptor) = (nil, STDOUT_FILENO)
      return
    }
    let draft = path + ".new"
    self.draft = draft
    descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("write \(path)") }
  }

  deinit {
    guard let draft, descriptor >= 0 else { return }
    close(descriptor)
    Files.remove(draft)
  }

  func write(_ bytes: Span<UInt8>) throws(CommandError) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { all in
        unsafe Glibc.write(descriptor, all.baseAddress?.advanced(by: sent), all.count - sent)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("write \(path)") }
      sent += count
    }
  }

  /// Gives the file its name.
  mutating func finish() throws(CommandError) {
    guard let draft else { return }
    guard close(descriptor) == 0 else {
      descriptor = -1
      throw .system("write \(path)")
    }
    descriptor = -1
    guard unsafe rename(draft, path) == 0 else { throw .system("write \(path)") }
  }
}
