internal import Glibc
internal import Synchronization

/// Lets another thread end a worker's wait for the next invocation.
///
/// A thread that blocks in `recv` is woken by shutting its socket down; the lock keeps the number
/// of the socket from being closed and given to another meanwhile.
final class ConnectionWatch: Sendable {
  private struct State {
    var descriptor: Int32?
    var isWaiting = false
    var isStopped = false
  }

  private let state = Mutex(State())

  var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Notes a new connection; false when there is to be none any more.
  func opened(_ descriptor: Int32) -> Bool {
    state.withLock { state in
      guard !state.isStopped else { return false }
      state.descriptor = descriptor
      return true
    }
  }

  /// Notes that the connection is about to be closed.
  func closed() {
    state.withLock { $0.descriptor = nil }
  }

  /// Notes that the worker waits for an invocation; false when it is to have none any more.
  func beginWaiting() -> Bool {
    state.withLock { state in
      state.isWaiting = !state.isStopped
      return state.isWaiting
    }
  }

  /// Notes that the worker has an invocation.
  func endWaiting() {
    state.withLock { $0.isWaiting = false }
  }

  /// Lets the worker finish the invocation it has, and ends its wait if it has none.
  func stop() {
    state.withLock { state in
      state.isStopped = true
      guard state.isWaiting, let descriptor = state.descriptor else { return }
      // Reading only: an invocation that has just come is still read, handled and answered.
      _ = shutdown(descriptor, Int32(SHUT_RD))
    }
  }
}
