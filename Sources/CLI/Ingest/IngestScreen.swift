import Glibc
import Handlers
import Synchronization

/// How far an ingestion has come: one line that is written over on a terminal, else a line a page.
package final class IngestScreen: Sendable {
  private let isTerminal: Bool
  private let state = Mutex(State())

  private struct State {
    var hasLine = false
    var search = ""
    /// Pages of that search so far.
    var pages = 0
  }

  init() {
    isTerminal = isatty(STDERR_FILENO) == 1
  }

  func show(_ progress: IngestProgress) {
    state.withLock { state in
      state.pages = state.search == progress.search ? state.pages + 1 : 1
      state.search = progress.search
      let line = Self.line(progress, page: state.pages)
      guard isTerminal else { return Console.note(line) }
      // Without wrapping: only a line that is one can be written over.
      Self.write("\r\u{1b}[K\u{1b}[?7l\(line)\u{1b}[?7h")
      state.hasLine = true
    }
  }

  private static func line(_ progress: IngestProgress, page: Int) -> String {
    "\(progress.search): page \(page), \(progress.seen) of \(progress.found) seen, "
      + "\(progress.inserted) inserted, \(progress.updated) updated, "
      + "\(progress.unchanged) unchanged, \(progress.rejected) rejected"
  }

  /// Tells something else, in place of the line.
  func note(_ text: String) {
    clear()
    Console.note(text)
  }

  func clear() {
    state.withLock { state in
      if state.hasLine { Self.write("\r\u{1b}[K") }
      state.hasLine = false
    }
  }

  private static func write(_ text: String) {
    Console.write(Array(text.utf8), to: STDERR_FILENO)
  }
}
