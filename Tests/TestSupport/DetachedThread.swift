internal import Glibc

/// A thread that blocks without taking one from the tests.
public enum DetachedThread {
  private final class Body {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }

  /// Starts the thread.
  public static func start(_ body: @escaping @Sendable () -> Void) throws {
    let box = unsafe Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument {
          let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
          body.run()
        }
        return nil
      }, box.toOpaque())
    guard status == 0 else {
      unsafe box.release()
      throw SystemCallFailure("pthread_create", code: status)
    }
    pthread_detach(thread)
  }
}
