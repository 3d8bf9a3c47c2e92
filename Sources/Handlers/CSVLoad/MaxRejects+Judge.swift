internal import Datasets

extension MaxRejects {
  /// Whether so many rejects are too many.
  func isExceeded(by rejected: Int, of read: Int) -> Bool {
    switch self {
    case .count(let most): rejected > most
    // 29 % of 100 is a little less than 29 in binary fractions.
    case .share(let share): Double(rejected) > share * Double(read) * (1 + 1e-12)
    }
  }
}

extension MaxRejects: CustomStringConvertible {
  /// The limit as people write it.
  package var description: String {
    switch self {
    case .count(let most): return "\(most)"
    case .share(let share):
      let percent = (share * 1_000_000).rounded() / 10_000
      return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
    }
  }
}
