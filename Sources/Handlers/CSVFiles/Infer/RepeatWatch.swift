/// Tells whether values come more than once, in bounded memory and over any number of them.
///
/// It keeps the hashes of all values until they are too many. From then on it only keeps and looks at
/// those that end in a zero bit, then in two, and so on: a value is watched wherever it stands, or
/// nowhere, so that each repetition is still found with the share of the values that are watched.
struct RepeatWatch {
  private let limit: Int
  private var hashes: Set<UInt64> = []
  private var zeroBits = 0
  private(set) var hasRepeats = false

  init(limit: Int) { self.limit = limit }

  /// One in how many values is watched.
  var oneIn: Int { 1 << zeroBits }

  mutating func note(_ hash: UInt64) {
    guard !hasRepeats, hash.trailingZeroBitCount >= zeroBits else { return }
    guard hashes.insert(hash).inserted else {
      hasRepeats = true
      hashes = []
      return
    }
    if hashes.count > limit {
      zeroBits += 1
      hashes = hashes.filter { $0.trailingZeroBitCount >= zeroBits }
    }
  }
}
