internal import Glibc
internal import Synchronization

/// Holds workers until every one has its handler, so that none takes an invocation before init is
/// over, or at all when it failed.
final class StartGate: Sendable {
  private struct State {
    var awaited: Int
    var isReady = true
  }

  private let state: Mutex<State>

  init(workers: Int) {
    state = Mutex(State(awaited: workers))
  }

  /// Waits for the others; false when one of them has no handler.
  @discardableResult
  func arrive(isReady: Bool) -> Bool {
    state.withLock { state in
      state.awaited -= 1
      if !isReady { state.isReady = false }
    }
    // Workers meet here once in the life of an environment, mostly within milliseconds of each
    // other; one that connects for seconds must not have the others look thousands of times.
    var pause: UInt32 = 200
    while true {
      let (awaited, isReady) = state.withLock { ($0.awaited, $0.isReady) }
      if !isReady || awaited == 0 { return isReady }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
  }
}
