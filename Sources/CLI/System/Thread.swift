import Glibc

/// A thread of its own for blocking work; joined when its owner lets go of it.
///
/// The kernel ends children with the thread that started them, so a thread that starts a process
/// must live as long as the process does.
package struct Thread: ~Copyable {
  private let thread: pthread_t

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  package init(_ run: @escaping @Sendable () -> Void) throws(CommandError) {
    thread = try Self.start(run)
  }

  deinit { _ = pthread_join(thread, nil) }

  /// Waits until the thread has ended.
  package consuming func join() {}

  /// Starts a thread nobody waits for.
  static func detached(_ run: @escaping @Sendable () -> Void) throws(CommandError) {
    pthread_detach(try start(run))
  }

  private static func start(
    _ run: @escaping @Sendable () -> Void
  ) throws(CommandError) -> pthread_t {
    let body = unsafe Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard code == 0 else {
      unsafe body.release()
      throw CommandError.system("start a thread", errno: code)
    }
    return thread
  }
}
