/// A day of the Gregorian calendar, which is taken to have been in force for ever.
///
/// What dates of CSV files go through is public: the compiler inlines nothing of a `package` one.
public struct CivilDate: Equatable, Sendable {
  /// The year, of which 0 is the one before the year 1.
  public let year: Int
  /// The month, from 1 to 12.
  public let month: Int
  /// The day of the month, from 1 on.
  public let day: Int

  /// The names of the months as HTTP and logs abbreviate them.
  package static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Takes a date; nil when the calendar of the years 1 to 9999 has no such day.
  @inlinable @inline(__always)
  public init?(_ year: Int, _ month: Int, _ day: Int) {
    guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1,
      day <= Self.length(of: month, in: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Finds the day that is so many days after 1970-01-01, or before it.
  package init(daysSince1970 days: Int) {
    // Years that begin in March, in eras of 400 of them, so that a leap day ends its year.
    let (era, dayOfEra) = (days + 719_468).floorDivided(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }

  /// The days from 1970-01-01 to this one.
  @inlinable @inline(__always)
  public var daysSince1970: Int {
    let marchYear = month <= 2 ? year &- 1 : year
    let marchMonth = month <= 2 ? month &+ 9 : month &- 3
    let leapDays = marchYear / 4 &- marchYear / 100 &+ marchYear / 400
    // Each five months from March on have 153 days; 719 469 days lie before 1970-01-01's first.
    return marchYear &* 365 &+ leapDays &+ (153 &* marchMonth &+ 2) / 5 &+ day &- 719_469
  }

  /// The date as `2025-07-17`.
  package var iso8601: String { "\(padded(year, 4))-\(padded(month))-\(padded(day))" }

  /// The days that a month has.
  @inlinable @inline(__always)
  public static func length(of month: Int, in year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    // 31 days but for April, June, September and November.
    return 30 &+ ((month &+ (month &>> 3)) & 1)
  }
}

extension BinaryInteger {
  /// Divides, rounding down, so that the remainder is never negative.
  func floorDivided(by divisor: Self) -> (quotient: Self, remainder: Self) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// The digits of a number, with zeros in front up to a width.
package func padded(_ number: some BinaryInteger, _ width: Int = 2) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
