internal import Glibc
internal import Synchronization

/// Threads that block without taking one from the tests.
public enum BlockingThread {
  private final class Body {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }

  /// Starts a thread nobody waits for.
  public static func start(_ body: @escaping @Sendable () -> Void) throws {
    pthread_detach(try create(body))
  }

  /// Does a piece of work for each item at the same time, and gives the results in order.
  public static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) throws -> Result
  ) throws -> [Result] {
    let results = Results<Result>(count: items.count)
    var threads: [pthread_t] = []
    defer { for thread in threads { pthread_join(thread, nil) } }
    for (index, item) in items.enumerated() {
      threads.append(
        try create {
          let result = Swift.Result { try work(item) }
          results.all.withLock { $0[index] = result }
        })
    }
    while let thread = threads.popLast() { pthread_join(thread, nil) }
    return try results.all.withLock { try $0.compactMap { try $0?.get() } }
  }

  private final class Results<Value: Sendable>: Sendable {
    let all: Mutex<[Result<Value, any Error>?]>

    init(count: Int) {
      all = Mutex([Result<Value, any Error>?](repeating: nil, count: count))
    }
  }

  private static func create(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
    let box = unsafe Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard status == 0 else {
      unsafe box.release()
      throw SystemCallFailure("pthread_create", code: status)
    }
    return thread
  }
}
