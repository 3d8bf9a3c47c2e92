/// A regular expression of XML Schema that whole values have to match.
///
/// How this works: the pattern's characters are positions (``PatternPositions``), and the positions
/// that may come next are a set of bits. Each scalar of the text keeps those it belongs to, and
/// what may follow them is the next set. So a text is read once, in time that grows with its length
/// and never with what the pattern might have tried, and nothing is kept but two sets.
package struct TextPattern: Sendable, Equatable {
  /// How many characters a pattern may have when its repetitions are written out.
  static let positionLimit = 1000

  /// The pattern as it was declared.
  package let text: String

  private let sets: [ScalarSet]
  private let wordCount: Int
  private let isEmptyAllowed: Bool
  /// Bit sets of `wordCount` words each: the positions that begin a match, those that end one,
  /// those after each position, and those that each ASCII character belongs to.
  private let first: [UInt64]
  private let last: [UInt64]
  private let follow: [UInt64]
  private let ascii: [UInt64]

  /// Reads a pattern.
  ///
  /// - Throws: What XML Schema does not have, or is too large.
  package init(_ text: String) throws(PatternFault) {
    let node = try PatternParser.parse(text)
    guard node.positionCount <= Self.positionLimit else {
      throw PatternFault(
        "it is too large: more than \(Self.positionLimit) characters with its repetitions written "
          + "out; minLength and maxLength bound a length at no cost")
    }
    let positions = PatternPositions(node)
    let words = max(1, (positions.sets.count + 63) / 64)
    func bits(_ members: some Sequence<Int>) -> [UInt64] {
      var bits = [UInt64](repeating: 0, count: words)
      for member in members { bits[member / 64] |= 1 << UInt64(member % 64) }
      return bits
    }
    self.text = text
    sets = positions.sets
    wordCount = words
    isEmptyAllowed = positions.isEmptyAllowed
    first = bits(positions.first)
    last = bits(positions.last)
    follow = positions.follow.flatMap { bits($0) }
    ascii = (0..<128).flatMap { (byte: UInt8) in
      bits(positions.sets.indices.filter { positions.sets[$0].contains(Unicode.Scalar(byte)) })
    }
  }

  /// Whether a text, which has to be UTF-8, matches from its first scalar to its last.
  func matches(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard count > 0 else { return isEmptyAllowed }
    return unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * wordCount) { room in
      guard let current = room.baseAddress else { return false }
      let reached = unsafe current + wordCount
      for word in 0..<wordCount { unsafe current[word] = first[word] }
      var index = 0
      while index < count {
        let byte = unsafe bytes[index]
        if byte < 128 {
          index += 1
          let row = Int(byte) * wordCount
          for word in 0..<wordCount { unsafe current[word] &= ascii[row + word] }
        } else {
          let scalar = unsafe Bytes.scalar(bytes + index, count - index)
          index += UTF8.width(scalar)
          unsafe keep(scalar, current)
        }
        let isLast = index >= count
        guard unsafe advance(current, reached, isLast) else { return false }
      }
      return true
    }
  }

  /// Goes from the positions reached to those that may come next, or says whether the end may.
  private func advance(
    _ current: UnsafeMutablePointer<UInt64>, _ next: UnsafeMutablePointer<UInt64>, _ isLast: Bool
  ) -> Bool {
    if isLast {
      for word in 0..<wordCount where unsafe current[word] & last[word] != 0 { return true }
      return false
    }
    for word in 0..<wordCount { unsafe next[word] = 0 }
    var isAny = false
    for word in 0..<wordCount {
      var bits = unsafe current[word]
      while bits != 0 {
        isAny = true
        let row = (word * 64 + bits.trailingZeroBitCount) * wordCount
        for word in 0..<wordCount { unsafe next[word] |= follow[row + word] }
        bits &= bits - 1
      }
    }
    for word in 0..<wordCount { unsafe current[word] = next[word] }
    return isAny
  }

  /// Drops the positions that a scalar beyond ASCII does not belong to.
  private func keep(_ scalar: Unicode.Scalar, _ current: UnsafeMutablePointer<UInt64>) {
    for word in 0..<wordCount {
      var bits = unsafe current[word]
      while bits != 0 {
        let bit = bits.trailingZeroBitCount
        if !sets[word * 64 + bit].contains(scalar) { unsafe current[word] &= ~(1 << UInt64(bit)) }
        bits &= bits - 1
      }
    }
  }
}

extension TextPattern {
  /// Whether a text matches as a whole.
  package func matches(_ text: String) -> Bool {
    unsafe Bytes.lend(text.utf8Span.span) { unsafe matches($0, $1) }
  }
}
