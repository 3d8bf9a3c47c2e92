internal import Glibc

/// A reading of the calendar's clock, in UTC.
package struct WallClock: Equatable, Sendable {
  /// Milliseconds since 1970.
  package let milliseconds: Int64

  /// Makes the reading of so many milliseconds since 1970.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Makes the reading of so many seconds since 1970.
  package init(seconds: Int64) { milliseconds = seconds * 1000 }

  /// Reads the clock.
  package static var now: WallClock {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return WallClock(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Whole seconds since 1970.
  package var seconds: Int64 { milliseconds.floorDivided(by: 1000).quotient }

  /// The day.
  package var date: CivilDate { parts.date }

  /// The time of the day as `16:02:08`.
  package var timeOfDay: String {
    let second = parts.second
    return "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
  }

  /// The second it is, such as `2021-07-27T16:02:08Z`.
  package var iso8601: String { "\(date.iso8601)T\(timeOfDay)Z" }

  /// The millisecond it is, such as `2026-01-31T23:59:59.007Z`.
  package var iso8601Milliseconds: String {
    "\(date.iso8601)T\(timeOfDay).\(padded(milliseconds.floorDivided(by: 1000).remainder, 3))Z"
  }

  private var parts: (date: CivilDate, second: Int) {
    let (days, second) = Int(seconds).floorDivided(by: 86_400)
    return (CivilDate(daysSince1970: days), second)
  }
}
