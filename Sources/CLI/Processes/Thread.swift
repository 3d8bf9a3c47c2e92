import Glibc
import Synchronization

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

/// Work on a thread of its own that ends by itself or when it is asked to stop.
///
/// Letting go of it stops it.
final class BackgroundWork: Sendable {
  private let stopping: Wakeup
  let ended: Wakeup

  /// Starts work that looks at the flag, or waits for it, to know when to stop.
  init(_ run: @escaping @Sendable (_ stopping: Wakeup) -> Void) throws(CommandError) {
    let (stopping, ended) = (try Wakeup(), try Wakeup())
    (self.stopping, self.ended) = (stopping, ended)
    try Thread.detached {
      run(stopping)
      ended.set()
    }
  }

  deinit { stop() }

  /// Asks the work to stop, wakes it where it waits for something else, and returns when it has ended.
  func stop(waking other: Wakeup? = nil) {
    stopping.set()
    other?.set()
    _ = ended.wait()
  }
}

/// A yes or no that threads share.
package final class Flag: Sendable {
  private let value: Mutex<Bool>

  package init(_ value: Bool) {
    self.value = Mutex(value)
  }

  package var isSet: Bool { value.withLock { $0 } }

  package func set(_ newValue: Bool) {
    value.withLock { $0 = newValue }
  }
}
