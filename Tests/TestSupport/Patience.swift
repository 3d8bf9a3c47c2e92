internal import Glibc

/// Waiting for what has to happen, on a machine that may be busy with other things.
public enum Patience {
  /// Far longer than anything takes; only a test that fails waits so long.
  public static let limit = Duration.seconds(60)

  /// Waits until a condition holds; false when it does not in time.
  public static func until(_ holds: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + limit
    var pause: useconds_t = 500
    while try !holds() {
      guard ContinuousClock.now < end else { return false }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
    return true
  }

  /// Tries until one attempt succeeds, and says whether one did.
  ///
  /// Where a contract is a time, a single attempt says as much about what else the machine was doing
  /// as about us.
  public static func once(attempts: Int = 5, _ attempt: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<attempts where try attempt() { return true }
    return false
  }

  /// Measures until one duration keeps within a limit, and gives the shortest.
  public static func shortest(
    within limit: Duration, _ measure: () throws -> Duration
  ) rethrows -> Duration {
    var shortest: Duration?
    _ = try once {
      let duration = try measure()
      shortest = min(shortest ?? duration, duration)
      return duration < limit
    }
    return shortest ?? limit
  }
}
