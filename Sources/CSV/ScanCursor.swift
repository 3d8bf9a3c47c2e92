/// Where a scan stands; all offsets count from the scan's base address.
struct ScanCursor {
  /// What the next byte can mean.
  enum Mode: UInt8 {
    /// The first byte of a field, or behind the last line end.
    case fieldStart
    /// Inside a field without quotes.
    case unquoted
    /// Between the quotes of a field.
    case quoted
    /// Behind a quote inside a quoted field: the closing one, or the first of two.
    case quoteInQuoted
    /// Behind an escape in a field without quotes.
    case escape
    /// Behind an escape between quotes.
    case quotedEscape
    /// Inside a line that is one faulty record.
    case broken
    /// Inside a comment, or behind the limit of a line that is too long.
    case ignoredLine
  }

  var mode = Mode.fieldStart
  /// The next byte to look at.
  var position = 0
  var recordStart = 0
  var fieldStart = 0
  /// Whether the open field has an escape so far.
  var fieldHasEscapes = false
  /// Whether the last byte was a CR, so that a LF now is the rest of the same line end.
  var isAfterReturn = false
  /// The open record's first entry in the table of fields, and the next free one.
  var firstField = 0
  var fieldCount = 0
  var recordCount = 0
  /// The line of the open record, from 1, and the line ends inside it so far.
  var line = 1
  var innerLines = 0
  /// The line of the batch's first record.
  var batchLine = 1
  /// Bits of the bytes seen; any of the high ones means that not all are ASCII.
  var high: UInt32 = 0
  /// The fault of the record in the mode `broken`.
  var fault = CSVFault.textAfterQuote
}

/// A table that a scan fills: memory that grows to what a batch needs and is used again for the next.
@safe
struct ScanTable<Entry>: ~Copyable {
  private(set) var entries = UnsafeMutablePointer<Entry>.allocate(capacity: 1024)
  private var capacity = 1024

  /// Makes room for what a range of so many bytes can hold at most, behind the entries in use.
  ///
  /// Pages that are never written cost nothing, so the worst case is asked for at once, and the scan
  /// itself need not look at capacities.
  mutating func reserve(inUse: Int, forBytes count: Int) {
    guard capacity < inUse + count + 1 else { return }
    capacity = inUse * 2 + count + 1
    let grown = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
    unsafe grown.moveInitialize(from: entries, count: inUse)
    unsafe entries.deallocate()
    unsafe entries = grown
  }

  deinit { unsafe entries.deallocate() }
}

/// The opening quotes that are known to lead to no good.
///
/// After a fault the lines behind the faulty record's first are parsed again. Without a memory, a
/// file whose every line opens such a quote would be read to the fault once a line. Each quoted
/// field of the failed record is a start from which the scan goes the same way to the same fault,
/// so meeting one of them again is the fault, and no byte is read more than a few times.
struct BrokenQuotes {
  /// The stream offset of bit 0.
  private var origin = 0
  private var bits: [UInt64] = []

  /// Whether an offset may be among them.
  func reaches(_ offset: Int) -> Bool { offset < origin + bits.count * 64 }

  func contains(_ offset: Int) -> Bool {
    let bit = offset - origin
    guard bit >= 0, bit < bits.count * 64 else { return false }
    return bits[bit / 64] >> UInt64(bit % 64) & 1 != 0
  }

  /// Forgets what lies before an offset, so that the memory is bounded by one record's limit.
  mutating func forget(before offset: Int) {
    let words = (offset - origin) / 64
    if words >= bits.count {
      bits.removeAll(keepingCapacity: false)
      origin = offset
    } else if words > bits.count / 2 {
      bits.removeFirst(words)
      origin += words * 64
    }
  }

  mutating func insert(_ offset: Int) {
    let bit = offset - origin
    let missing = bit / 64 + 1 - bits.count
    if missing > 0 { bits.append(contentsOf: repeatElement(0, count: missing)) }
    bits[bit / 64] |= 1 << UInt64(bit % 64)
  }
}
