internal import Synchronization

/// The end of the environment, announced by SIGTERM.
///
/// The service announces it only to an environment with an extension; `SLUICE_GRACEFUL_SHUTDOWN=1`
/// makes the runtime register one.
enum Shutdown {
  private static let requested = Atomic<Bool>(false)

  /// Whether the environment is being shut down.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Records the request.
  static func request() {
    requested.store(true, ordering: .relaxed)
  }
}
