internal import CWideCompare

/// What up to 64 bytes mean: in each mask, bit i is byte i.
struct ScanBlock {
  private(set) var quotes: UInt64 = 0
  private(set) var delimiters: UInt64 = 0
  private(set) var newlines: UInt64 = 0
  private(set) var returns: UInt64 = 0
  /// Not zero if a byte is not ASCII.
  private(set) var high: UInt32 = 0

  /// Bytes between quotes, the opening one included.
  private(set) var text: UInt64 = 0
  /// The second quote of each doubled one.
  var doubled: UInt64 = 0
  /// Line ends between quotes.
  var innerLines: UInt64 = 0
  /// Whether a field that ends here may have quotes or escapes.
  private(set) var hasQuotes = false

  /// Finds the bytes that matter among the first `count`; 64 must be readable.
  @inline(__always)
  mutating func find(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ dialect: PlainDialect) {
    let found = unsafe cwide_structure64(bytes, dialect.quote, dialect.delimiter)
    let valid: UInt64 = ~0 &>> UInt64(64 &- count)
    quotes = found.quote & dialect.quotesMask & valid
    delimiters = found.delimiter & valid
    newlines = found.newline & valid
    returns = found.carriage_return & valid
    high = found.high
  }

  /// Tells structure from text; false if a quote stands where none may.
  @inline(__always)
  mutating func readQuotes(_ at: ScanCursor, last: UInt64) -> Bool {
    hasQuotes =
      quotes != 0 || at.mode == .quoted || at.mode == .quoteInQuoted || at.fieldHasEscapes
    guard hasQuotes else { return true }
    text = Self.prefixXor(quotes) ^ (at.mode == .quoted ? ~0 : 0)
    let opening = quotes & text
    let closing = quotes & ~text
    let ends = (delimiters | newlines | returns) & ~text
    let behindQuote = closing &<< 1 | (at.mode == .quoteInQuoted ? 1 : 0)
    let mayOpen = ends &<< 1 | behindQuote | (at.mode == .fieldStart ? 1 : 0)
    let valid: UInt64 = ~0 &>> (63 &- last)
    guard (opening & ~mayOpen) | (behindQuote & ~(ends | quotes) & valid) == 0 else {
      return false
    }
    doubled = opening & behindQuote
    let behindReturn = returns &<< 1 | (at.isAfterReturn ? 1 : 0)
    innerLines = (returns | (newlines & ~behindReturn)) & text
    return true
  }

  /// What the cursor's mode is behind the block's last byte.
  @inline(__always)
  func mode(behind last: UInt64, isFieldStart: Bool) -> ScanCursor.Mode {
    if text &>> last & 1 != 0 { return .quoted }
    if quotes &>> last & 1 != 0 { return .quoteInQuoted }
    return isFieldStart ? .fieldStart : .unquoted
  }

  /// Whether a dialect that is not plain gives a meaning to any of these 64 bytes that the masks do
  /// not know; sometimes says so needlessly.
  func isSpecial(
    _ bytes: UnsafePointer<UInt8>, _ dialect: CSVDialect, _ mode: ScanCursor.Mode
  ) -> Bool {
    if let escape = dialect.escape, unsafe cwide_equal64(bytes, escape) != 0 { return true }
    if let comment = dialect.comment, unsafe cwide_equal64(bytes, comment) != 0 { return true }
    if dialect.skipInitialSpace {
      let starts =
        (delimiters | newlines | returns) &<< 1 | (mode == .fieldStart ? 1 : 0)
      if unsafe cwide_equal64(bytes, 0x20) & starts != 0 { return true }
    }
    return !dialect.doubleQuote && quotes & (quotes &<< 1 | (mode == .quoteInQuoted ? 1 : 0)) != 0
  }

  /// A one wherever the number of ones up to and including that bit is odd.
  @inline(__always)
  private static func prefixXor(_ mask: UInt64) -> UInt64 {
    var mask = mask
    mask ^= mask &<< 1
    mask ^= mask &<< 2
    mask ^= mask &<< 4
    mask ^= mask &<< 8
    mask ^= mask &<< 16
    mask ^= mask &<< 32
    return mask
  }
}

/// The part of a dialect that the masks know.
struct PlainDialect {
  let delimiter: UInt8
  let quote: UInt8
  /// All ones if there are quotes, else zero.
  let quotesMask: UInt64
  /// The quote, or a number that no byte equals.
  let quoteOrNone: UInt16

  init(_ dialect: CSVDialect) {
    delimiter = dialect.delimiter
    quote = dialect.quote ?? 0
    quotesMask = dialect.quote == nil ? 0 : ~0
    quoteOrNone = dialect.quote.map { UInt16($0) } ?? 0x100
  }
}
