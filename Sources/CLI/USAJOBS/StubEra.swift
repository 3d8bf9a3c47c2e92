/// The years whose way of writing a posting differs; the real service mixes none, the stub all, so
/// that every reader meets every form.
enum StubEra: Sendable, CaseIterable {
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
