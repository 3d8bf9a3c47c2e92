/// A day of the calendar, counted from 1970-01-01; written as `2025-07-17`.
package struct StubDay: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var number: Int

  package init(number: Int) { self.number = number }

  /// The first day of this month: a stub that is started again within the month says the same.
  package static var firstOfThisMonth: StubDay {
    let now = WallClock.now
    return StubDay(number: Int(now.seconds / 86_400) - now.parts.day + 1)
  }

  package var description: String {
    String(WallClock(seconds: Int64(number) * 86_400).iso8601.prefix(10))
  }

  package static func < (first: StubDay, second: StubDay) -> Bool { first.number < second.number }

  static func + (day: StubDay, days: Int) -> StubDay { StubDay(number: day.number + days) }
}
