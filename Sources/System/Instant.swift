internal import Glibc

/// A point in time that no clock change moves.
///
/// It is what `ContinuousClock.Instant` is, without Swift's concurrency runtime, which costs half a
/// megabyte and reads files before `main`.
public struct Instant: Comparable, Hashable, Sendable {
  private let sinceBoot: Duration

  /// Reads the clock, which goes on while the machine sleeps or the process is frozen.
  public static var now: Instant {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Instant(
      sinceBoot: .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec)))
  }

  /// Returns how long it is from here to another instant; negative when that one is earlier.
  public func duration(to other: Instant) -> Duration { other.sinceBoot - sinceBoot }

  /// Orders instants by time.
  public static func < (left: Instant, right: Instant) -> Bool { left.sinceBoot < right.sinceBoot }

  /// Returns the instant that is so much later.
  public static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(sinceBoot: instant.sinceBoot + duration)
  }

  /// Returns how long it is from the second instant to the first.
  public static func - (left: Instant, right: Instant) -> Duration {
    right.duration(to: left)
  }
}
