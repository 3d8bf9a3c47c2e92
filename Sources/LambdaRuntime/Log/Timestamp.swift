internal import Glibc

/// A reading of the wall clock, as records and deadlines give it.
struct Timestamp {
  let milliseconds: Int64

  static func now() -> Timestamp {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// The instant in UTC, such as `2026-01-31T23:59:59.007Z`.
  var iso8601: String {
    let (days, ofDay) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    let date = Self.civilDate(daysSince1970: days)
    var text = "\(date.year)-"
    for (number, width, separator) in [
      (date.month, 2, "-"), (date.day, 2, "T"), (ofDay / 3_600_000, 2, ":"),
      (ofDay / 60_000 % 60, 2, ":"), (ofDay / 1000 % 60, 2, "."), (ofDay % 1000, 3, "Z"),
    ] {
      let digits = String(number)
      text += String(repeating: "0", count: width - digits.count) + digits + separator
    }
    return text
  }

  // Counts in eras of 400 years that begin on 1 March, so that a leap day ends its year.
  private static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = daysSince1970 + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    )
  }
}
