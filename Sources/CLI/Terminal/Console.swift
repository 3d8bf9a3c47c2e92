import Glibc
import Synchronization
import System

/// The terminal, shared by all threads line by line.
enum Console {
  private static let turn = Mutex(())

  /// Prints one line, or several, to standard output.
  static func print(_ text: String) {
    write(text, to: STDOUT_FILENO)
  }

  /// Prints a remark to standard error, so that standard output stays a command's answer.
  static func note(_ text: String) {
    write(text, to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8) + [UInt8(ascii: "\n")], to: descriptor)
  }

  /// Writes bytes whole, between those of other threads.
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    turn.withLock { _ in try? OpenFile.write(bytes.span, to: descriptor) }
  }
}

/// The line on standard error that tells how far something has come: written over on a terminal, one
/// under the other elsewhere.
final class ProgressLine: Sendable {
  let isTerminal = isatty(STDERR_FILENO) == 1
  /// Whether the line stands on the terminal now.
  private let isShown = Mutex(false)

  func show(_ text: String) {
    guard isTerminal else { return Console.note(text) }
    isShown.withLock { isShown in
      // Without wrapping: only a line that is one can be written over.
      Self.write("\r\u{1b}[K\u{1b}[?7l\(text)\u{1b}[?7h")
      isShown = true
    }
  }

  /// Tells something else, in place of the line.
  func note(_ text: String) {
    clear()
    Console.note(text)
  }

  func clear() {
    isShown.withLock { isShown in
      if isShown { Self.write("\r\u{1b}[K") }
      isShown = false
    }
  }

  private static func write(_ text: String) {
    Console.write(Array(text.utf8), to: STDERR_FILENO)
  }
}
