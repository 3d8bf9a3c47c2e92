import System
import Testing

@Suite struct `Civil dates` {
  @Test func `every day of ten thousand years has its number, one after the other`() {
    var number = -719_162
    for year in 1...9999 {
      for month in 1...12 {
        // As the calendar's reform of 1582 puts it, and not as the code does.
        let isLeap = year % 400 == 0 || year % 4 == 0 && year % 100 != 0
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        for day in 1...days {
          guard let date = CivilDate(year, month, day), date.daysSince1970 == number,
            CivilDate(daysSince1970: number) == date
          else {
            Issue.record("\(year)-\(month)-\(day) is not the day \(number)")
            return
          }
          number += 1
        }
        #expect(CivilDate(year, month, days + 1) == nil)
      }
    }
    #expect(number == 2_932_897)
  }

  @Test(arguments: [(0, 1, 1), (10_000, 1, 1), (2025, 0, 1), (2025, 13, 1), (2025, 1, 0)])
  func `what no calendar has is no date`(year: Int, month: Int, day: Int) {
    #expect(CivilDate(year, month, day) == nil)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (951_782_400_007, "2000-02-29T00:00:00.007Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
  ])
  func `a reading of the clock is written in UTC`(milliseconds: Int64, text: String) {
    let clock = WallClock(milliseconds: milliseconds)
    #expect(clock.iso8601Milliseconds == text)
    #expect(clock.iso8601 == text.dropLast(5) + "Z")
    #expect(WallClock(seconds: clock.seconds).iso8601 == clock.iso8601)
  }
}

@Suite struct `Durations in milliseconds` {
  @Test(arguments: [
    (Duration.zero, 0), (.microseconds(1999), 1), (.seconds(-1.5), -1500), (.seconds(3), 3000),
    (.seconds(Int64.max), 1_000_000_000_000), (.seconds(Int64.min), -1_000_000_000_000),
  ])
  func `they are rounded towards zero and bounded`(duration: Duration, milliseconds: Int) {
    #expect(duration.milliseconds == milliseconds)
  }

  @Test func `a thread sleeps for so long`() {
    let start = Instant.now
    Duration.milliseconds(5).sleep()
    #expect(Instant.now - start >= .milliseconds(5))
  }
}
