internal import Datasets
internal import System

/// What some of its values reveal about a column.
struct ColumnProfile {
  /// Texts that people write for a missing value; they only count as such among typed values.
  static let missingWords: [[UInt8]] = [
    "NA", "N/A", "n/a", "#N/A", "NULL", "null", "Null", "None", "none", "\\N", "NaN", "nan", "-",
    "--", "?", ".",
  ].map { Array($0.utf8) }
  private static let longestWord = 4

  /// The values seen, including missing ones.
  private(set) var count = 0
  private(set) var empty = 0
  private(set) var longest = 0
  /// How often each of the words was seen.
  private(set) var words = [Int](repeating: 0, count: Self.missingWords.count)
  /// Whether all values are digits, perhaps after a plus, and one begins unlike a plain number.
  private(set) var isCode = false
  private(set) var repeats: RepeatWatch
  /// How often the first record's value repeats.
  private(set) var firstAgain = 0

  /// Positions among all candidates of those that accepted every value so far.
  private var alive = Array(TypeCandidate.all.indices)
  private var hasOnlyDigits = true
  private var hasOddStart = false
  private let firstHash: UInt64
  /// For each candidate that needs both its words, which of them occurred.
  private var wordsSeen: [Int: (yes: Bool, no: Bool)] = [:]

  /// Starts a column whose first record has this value, which is not counted.
  init(first: [UInt8], limit: Int) {
    firstHash = Self.hash(first.span)
    repeats = RepeatWatch(limit: limit)
  }

  static func hash(_ value: Span<UInt8>) -> UInt64 {
    var hash = ValueHash()
    hash.add(value)
    return hash.value
  }

  /// Examines the next value, without its escapes, and returns its hash; the buffer is scratch
  /// space.
  mutating func take(_ value: Span<UInt8>, _ scratch: inout RowBuffer) -> UInt64 {
    count += 1
    longest = max(longest, value.count)
    let hash = Self.hash(value)
    if hash == firstHash { firstAgain += 1 }
    guard value.count > 0 else {
      empty += 1
      return hash
    }
    repeats.note(hash)
    if value.count <= Self.longestWord, let word = Self.word(value) {
      words[word] += 1
      return hash
    }
    noteDigits(value)
    narrow(value, &scratch)
    return hash
  }

  private static func word(_ value: Span<UInt8>) -> Int? {
    missingWords.firstIndex { word in
      word.count == value.count && word.indices.allSatisfy { word[$0] == value[$0] }
    }
  }

  /// Numbers with a leading zero or plus are codes: the way they are written has a meaning.
  private mutating func noteDigits(_ value: Span<UInt8>) {
    guard !alive.isEmpty || hasOnlyDigits else { return }
    let isSigned = value[0] == UInt8(ascii: "-") || value[0] == UInt8(ascii: "+")
    let start = isSigned ? 1 : 0
    if value[0] == UInt8(ascii: "+")
      || value.count > start + 1 && value[start] == 0x30 && value[start + 1].isASCIIDigit
    {
      hasOddStart = true
      alive.removeAll { TypeCandidate.all[$0].isNumber }
    }
    if hasOnlyDigits {
      let tail = value.extracting(min(start, value.count)..<value.count)
      hasOnlyDigits = tail.count > 0 && tail.indices.allSatisfy { tail[$0].isASCIIDigit }
    }
    isCode = hasOnlyDigits && hasOddStart
  }

  /// Drops the candidates that do not accept the value.
  private mutating func narrow(_ value: Span<UInt8>, _ scratch: inout RowBuffer) {
    guard !alive.isEmpty else { return }
    // An integer is a number in every form; trying them all takes longer than the rest.
    let isInteger =
      alive.contains(TypeCandidate.integer)
      && FieldType.integer(.plain, .eight).accepts(value, &scratch)
    var seen = wordsSeen
    alive.removeAll { index in
      if isInteger, TypeCandidate.numberRange.contains(index) { return false }
      let candidate = TypeCandidate.all[index]
      guard candidate.type.accepts(value, &scratch) else { return true }
      if candidate.needsBothWords {
        let isYes = scratch.withBytes { $0.count > 0 && $0[0] == 1 }
        let before = seen[index] ?? (false, false)
        seen[index] = (before.yes || isYes, before.no || !isYes)
      }
      return false
    }
    wordsSeen = seen
  }

  /// The type of a column's values.
  enum Guess {
    case text
    case typed(TypeCandidate)
    /// Each value can be interpreted in more than one way.
    case ambiguous(TypeCandidate)
  }

  /// The likeliest type that accepted every value.
  var guess: Guess {
    guard count > empty + words.reduce(0, +) else { return .text }
    let possible = alive.filter { index in
      guard TypeCandidate.all[index].needsBothWords else { return true }
      return wordsSeen[index].map { $0.yes && $0.no } ?? false
    }
    guard let best = possible.first.map({ TypeCandidate.all[$0] }) else { return .text }
    let names = possible.map { TypeCandidate.all[$0].name }
    return best.rivals.contains { names.contains($0) } ? .ambiguous(best) : .typed(best)
  }
}

extension FieldType {
  /// Whether a text is a value of the type; if so, the buffer contains its binary form.
  func accepts(_ value: Span<UInt8>, _ scratch: inout RowBuffer) -> Bool {
    scratch.truncate(to: 0)
    return append(value, to: &scratch)
  }
}

/// Detects repeated values among any number of them, in bounded memory.
///
/// It stores the hashes of all values until there are too many. From then on it only stores and
/// checks hashes that end in a zero bit, then in two, and so on: a value is watched wherever it
/// occurs, or nowhere, so that each repetition is still found with the probability that its value
/// is watched.
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
