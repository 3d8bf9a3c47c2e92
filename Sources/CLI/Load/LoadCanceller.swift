internal import CSVLoad
import LambdaRuntime
import Synchronization
internal import Tables

/// Ends the load that runs when Ctrl-C asks for it, so that its transaction is rolled back.
///
/// While the file is read the watcher of its progress ends it. What the server is busy with then, a
/// merge or a wait, only the server can end: it is asked over a connection of its own, again and again
/// until the load is over. A commit that has begun is not ended, and is reported as what it is.
struct LoadCanceller: ~Copyable {
  private let over: Wakeup
  private let thread: Thread
  private let isRequested: Wakeup
  private let backendID: Backend

  private final class Backend: Sendable {
    let id = Atomic<Int>(0)
  }

  init(_ signals: StopSignals, _ variables: [String: String]) throws(CommandError) {
    let over = try Wakeup()
    let isRequested = signals.requested
    let backend = Backend()
    thread = try Thread {
      _ = waitForAny([.input(isRequested.descriptor), .input(over.descriptor)])
      while !over.wait(atMost: .milliseconds(500)) {
        let id = backend.id.load(ordering: .relaxed)
        if id != 0 { try? BackendCancellation.request(id, EnvironmentVariables(variables)) }
      }
    }
    self.over = over
    self.isRequested = isRequested
    backendID = backend
  }

  // The thread ends with the flag, and is waited for.
  deinit { over.set() }

  var hasStopped: Bool { isRequested.isSet }

  /// What a load is to tell of its progress, so that it can be ended.
  func watcher(_ screen: LoadScreen) -> LoadProgress.Watcher {
    let (isRequested, backend) = (isRequested, backendID)
    return { progress in
      backend.id.store(progress.backendID, ordering: .relaxed)
      if isRequested.isSet {
        throw LoadFault(.interrupted, "interrupted", isRetriable: true)
      }
      screen.show(progress)
    }
  }
}
