internal import Glibc
internal import Synchronization

/// A thread that runs a body and gives its status to whoever joins it.
final class WorkerThread: Sendable {
  private let body: @Sendable () -> Int32
  private let status = Atomic<Int32>(0)
  private let thread = Atomic<UInt>(0)

  /// Starts the thread; nil when the system has none to give.
  init?(_ body: @escaping @Sendable () -> Int32) {
    self.body = body
    var id = pthread_t()
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    let result = unsafe pthread_create(
      &id, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let thread = unsafe Unmanaged<WorkerThread>.fromOpaque(context).takeRetainedValue()
        thread.status.store(thread.body(), ordering: .releasing)
        return nil
      }, context)
    guard result == 0 else {
      unsafe Unmanaged<WorkerThread>.fromOpaque(context).release()
      return nil
    }
    thread.store(UInt(id), ordering: .releasing)
  }

  /// Waits for the body to end.
  func join() -> Int32 {
    _ = pthread_join(pthread_t(thread.load(ordering: .acquiring)), nil)
    return status.load(ordering: .acquiring)
  }
}

/// Holds workers until every one has its handler, so that none takes an invocation before init is
/// over, or at all if it failed.
final class StartGate: Sendable {
  private let awaited: Atomic<Int>
  private let isReady = Atomic<Bool>(true)

  init(workers: Int) {
    awaited = Atomic(workers)
  }

  /// Waits for the others; false if one of them has no handler.
  @discardableResult
  func arrive(isReady: Bool) -> Bool {
    if !isReady { self.isReady.store(false, ordering: .relaxed) }
    awaited.subtract(1, ordering: .acquiringAndReleasing)
    // Workers meet here once in the life of an environment, mostly within milliseconds of each
    // other; one that connects for seconds must not have the others look thousands of times.
    var pause: UInt32 = 200
    while self.isReady.load(ordering: .relaxed), awaited.load(ordering: .acquiring) > 0 {
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
    return self.isReady.load(ordering: .relaxed)
  }
}
