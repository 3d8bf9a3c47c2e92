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
