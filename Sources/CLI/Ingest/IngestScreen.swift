internal import API
internal import JobIngest
import Synchronization

/// How far an ingestion has come: one line that is written over on a terminal, else a line a page.
package final class IngestScreen: Sendable {
  private let line = ProgressLine()
  private let state = Mutex(State())

  private struct State {
    var search = ""
    /// Pages of that search so far.
    var pages = 0
  }

  func show(_ progress: IngestProgress) {
    state.withLock { state in
      state.pages = state.search == progress.search ? state.pages + 1 : 1
      state.search = progress.search
      line.show(Self.line(progress, page: state.pages))
    }
  }

  private static func line(_ progress: IngestProgress, page: Int) -> String {
    "\(progress.search): page \(page), \(progress.seen) of \(progress.found) seen, "
      + "\(progress.inserted) inserted, \(progress.updated) updated, "
      + "\(progress.unchanged) unchanged, \(progress.rejected) rejected"
  }

  /// Tells something else, in place of the line.
  func note(_ text: String) { line.note(text) }

  func clear() { line.clear() }
}
