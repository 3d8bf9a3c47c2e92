/// What a text says of a date and a time, as far as it has been read.
struct TimeParts {
  var year = 1
  var month = 1
  var day = 1
  var dayOfYear: Int?
  var hour = 0
  var isAfternoon: Bool?
  var minute = 0
  var second = 0
  var microsecond = 0
  var offsetSeconds = 0
  var epoch: Int64?

  /// Days since 2000-01-01, or nil when there is no such day.
  var days: Int? {
    guard let dayOfYear else { return DateTimeText.days(year, month, day) }
    guard let newYear = DateTimeText.days(year, 1, 1), dayOfYear >= 1,
      let next = DateTimeText.days(year, 12, 31), newYear + dayOfYear - 1 <= next
    else { return nil }
    return newYear + dayOfYear - 1
  }

  /// Microseconds since midnight, or nil when the day has no such time.
  var timeOfDay: Int64? {
    var hour = hour
    if let isAfternoon {
      guard hour >= 1, hour <= 12 else { return nil }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard hour < 24, minute < 60, second < 60 else { return nil }
    return Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + Int64(microsecond)
  }

  /// Microseconds since 2000-01-01T00:00:00Z, or nil when there is no such moment in the years 1
  /// to 9999.
  var moment: Int64? {
    if let epoch {
      let seconds = epoch - Int64(PostgresEpoch.days) * 86_400
      // The first and last second that the four digits of a year can name.
      guard seconds >= -63_082_281_600, seconds < 252_455_616_000 else { return nil }
      return seconds * 1_000_000
    }
    guard let days, let timeOfDay else { return nil }
    return Int64(days) * 86_400_000_000 + timeOfDay - Int64(offsetSeconds) * 1_000_000
  }
}
