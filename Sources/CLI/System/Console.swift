import Glibc
import Synchronization

/// The terminal, shared by all threads line by line.
package enum Console {
  private static let turn = Mutex(())

  /// Prints one line, or several, to standard output.
  package static func print(_ text: String) {
    write(text, to: STDOUT_FILENO)
  }

  /// Prints a remark to standard error, so that standard output stays a command's answer.
  package static func note(_ text: String) {
    write(text, to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8) + [UInt8(ascii: "\n")], to: descriptor)
  }

  /// Writes bytes whole: a short write or a signal does not tear a line.
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    turn.withLock { _ in
      var sent = 0
      while sent < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { all in
          unsafe Glibc.write(descriptor, all.baseAddress?.advanced(by: sent), all.count - sent)
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        sent += count
      }
    }
  }
}
