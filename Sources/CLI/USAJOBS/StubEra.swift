import System

/// The years whose way of writing a posting differs; the real service mixes none, the stub all, so
/// that every reader meets every form.
enum StubEra {
  /// Zoned dates, four decimals, words for intervals, few details.
  case year2016
  /// Plain dates, one decimal, words for intervals.
  case year2021
  /// Dates with four fractional digits and no zone, whole amounts, codes for intervals.
  case year2025

  /// Midnight at the beginning of a day.
  func dayStart(_ day: StubDay) -> String {
    switch self {
    case .year2016: "\(day)T00:00:00Z"
    case .year2021: "\(day)"
    case .year2025: "\(day)T00:00:00.0000"
    }
  }

  /// The last moment of a day.
  func dayEnd(_ day: StubDay) -> String {
    switch self {
    case .year2016: "\(day)T23:59:59Z"
    case .year2021: "\(day)"
    case .year2025: "\(day)T23:59:59.9970"
    }
  }

  /// An amount of dollars given in cents.
  func amount(_ cents: Int) -> String {
    let fraction = cents % 100
    switch self {
    case .year2016: return "\(cents / 100).\(padded(fraction))00"
    case .year2021 where fraction == 0: return "\(cents / 100).0"
    case .year2025 where fraction == 0: return "\(cents / 100)"
    default: return "\(cents / 100).\(padded(fraction))"
    }
  }
}

/// What an amount of pay is for, with the code of today's answers.
enum StubInterval: String {
  case year = "PA"
  case hour = "PH"
  case day = "PD"
  case twoWeeks = "BW"
  case month = "PM"
  case piece = "PW"
  case unpaid = "WC"
  case fee = "FB"
  case stipend = "ST"
  case schoolYear = "SY"

  /// What older answers say in place of the code, and today's beside it.
  var words: String {
    switch self {
    case .year: "Per Year"
    case .hour: "Per Hour"
    case .day: "Per Day"
    case .twoWeeks: "Bi-weekly"
    case .month: "Per Month"
    case .piece: "Piece Work"
    case .unpaid: "Without Compensation"
    case .fee: "Fee Basis"
    case .stipend: "Student Stipend Paid"
    case .schoolYear: "School Year"
    }
  }

  /// How many of them make a year; nil where that means nothing.
  var timesAYear: Double? {
    switch self {
    case .year: 1
    case .hour: 2087
    case .day: 260.875
    case .twoWeeks: 26.0875
    case .month: 12
    default: nil
    }
  }
}

/// A day of the calendar, counted from 1970-01-01; written as `2025-07-17`.
package struct StubDay: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var number: Int

  package init(number: Int) { self.number = number }

  /// The first day of this month: a stub that is started again within the month says the same.
  package static var firstOfThisMonth: StubDay {
    let today = WallClock.now.date
    return StubDay(number: today.daysSince1970 - today.day + 1)
  }

  package var description: String { CivilDate(daysSince1970: number).iso8601 }

  package static func < (first: StubDay, second: StubDay) -> Bool { first.number < second.number }

  static func + (day: StubDay, days: Int) -> StubDay { StubDay(number: day.number + days) }
}
