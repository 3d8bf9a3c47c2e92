internal import JSON

/// How many records of a file may be rejected before the whole file is.
package enum MaxRejects: Sendable, Equatable {
  case count(Int)
  /// A fraction of the records read, from 0 to 1.
  case share(Double)

  /// Reads a count such as 100 or "100", or a share such as 0.01 or "1%".
  init?(_ value: JSONValue) {
    switch value {
    case .integer(let count) where count >= 0: self = .count(Int(count))
    case .number(let share) where share > 0 && share < 1: self = .share(share)
    case .string(let text):
      if text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) {
        self = .share(percent / 100)
      } else if let count = Int(text), count >= 0 {
        self = .count(count)
      } else {
        return nil
      }
    default: return nil
    }
  }

  /// Whether so many rejects are too many.
  package func isExceeded(by rejected: Int, of read: Int) -> Bool {
    switch self {
    case .count(let most): rejected > most
    // In binary floating point, 29 % of 100 is a little less than 29.
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
