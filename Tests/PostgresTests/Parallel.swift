import Glibc
import Synchronization

/// Runs work on threads of their own, because it blocks, and returns when all are done.
func inParallel(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
  var threads: [pthread_t] = []
  for index in 0..<count {
    let box = unsafe Unmanaged.passRetained(ThreadWork { work(index) }).toOpaque()
    var thread = pthread_t()
    let failed = unsafe pthread_create(
      &thread, nil,
      { box in
        guard let box = unsafe box else { return nil }
        unsafe Unmanaged<ThreadWork>.fromOpaque(box).takeRetainedValue().work()
        return nil
      }, box)
    if failed == 0 { threads.append(thread) }
  }
  for thread in threads { pthread_join(thread, nil) }
}

private final class ThreadWork: Sendable {
  let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}

/// Lets threads wait until all of them have come to one point.
final class Rendezvous: Sendable {
  private let awaited: Atomic<Int>

  init(_ count: Int) { awaited = Atomic(count) }

  func arriveAndWait() {
    awaited.subtract(1, ordering: .sequentiallyConsistent)
    while awaited.load(ordering: .sequentiallyConsistent) > 0 { usleep(1_000) }
  }
}
