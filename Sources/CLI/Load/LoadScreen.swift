package import CSVLoad
import Synchronization

/// How far a load has come: one line that is written over on a terminal, else a line now and then.
package final class LoadScreen: Sendable {
  private let line = ProgressLine()
  private let interval: Duration
  private let state = Mutex(State())

  private struct State {
    var name = ""
    var start = ContinuousClock.now
    var shown: ContinuousClock.Instant?
  }

  init() {
    interval = line.isTerminal ? .milliseconds(100) : .seconds(5)
  }

  /// Starts on another file.
  func begin(_ name: String) {
    state.withLock { state in
      state.name = name
      state.start = .now
      // A load that is over soon needs no line in a log.
      state.shown = line.isTerminal ? nil : .now
    }
  }

  func show(_ progress: LoadProgress) {
    state.withLock { state in
      // What came before the first bytes is not the load's own time.
      if progress.bytes == 0 { state.start = .now }
      let isRead = progress.bytes > 0 && progress.bytes == progress.size
      if let shown = state.shown, shown.duration(to: .now) < interval, !(line.isTerminal && isRead)
      {
        return
      }
      state.shown = .now
      line.show("\(state.name): \(Self.line(progress, after: state.start.duration(to: .now)))")
    }
  }

  /// For example `24.0 of 509.3 MB, 471,698 records, 812,345 a second, 12 rejected, 0:07 left`.
  package static func line(_ progress: LoadProgress, after elapsed: Duration) -> String {
    guard progress.bytes > 0 else { return "waiting for the database" }
    var parts = [Quantity.bytes(progress.bytes)]
    if let size = progress.size { parts[0] += " of \(Quantity.bytes(size))" }
    parts.append("\(Quantity.count(progress.read)) records")
    if elapsed > .milliseconds(500) {
      parts.append("\(Quantity.count(Int(Double(progress.read) / elapsed.seconds))) a second")
    }
    parts.append("\(Quantity.count(progress.rejected)) rejected")
    if let size = progress.size {
      if progress.bytes >= size {
        parts.append("merging")
      } else if elapsed > .milliseconds(500) {
        let left = elapsed * (Double(size - progress.bytes) / Double(progress.bytes))
        parts.append("\(Quantity.time(left)) left")
      }
    }
    return parts.joined(separator: ", ")
  }

  /// Tells something else, in place of the line.
  func note(_ text: String) { line.note(text) }

  func clear() { line.clear() }
}
