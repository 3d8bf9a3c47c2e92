import CProcess
import Glibc
import LambdaRuntime

/// A log whose lines of weight reach somebody who watches: warnings and worse, no metrics.
///
/// Times and ids are left out, and so is what the answer of the command says.
struct LogRelay: ~Copyable {
  let log: Log
  private let entrance: Int32
  private let reader: Thread

  /// Makes a log; messages that begin with the word to leave out tell what the answer tells too.
  init(
    leavingOut word: String, onLine: @escaping @Sendable (String) -> Void
  ) throws(CommandError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe cprocess_pipe(&ends) == 0 else { throw CommandError.system("create a pipe") }
    let exit = ends[0]
    let reader = try Thread {
      var lines = LineReader(descriptor: exit) { line in
        guard LocalHandlers.isWorthShowing(line, isQuiet: true) else { return }
        // Time, level and id stand before the message.
        let parts = line.split(separator: " ", maxSplits: 3)
        let message = parts.count == 4 ? String(parts[3]) : line
        if !message.hasPrefix(word + " ") { onLine(message) }
      }
      while !lines.isAtEnd { lines.read() }
      close(exit)
    }
    entrance = ends[1]
    self.reader = reader
    log = Log(sink: LogSink(descriptor: ends[1]), variables: EnvironmentVariables([:]))
  }

  /// Returns when all that was logged has been passed on.
  consuming func finish() {}

  // The reader ends with the pipe, and is waited for.
  deinit { close(entrance) }
}
