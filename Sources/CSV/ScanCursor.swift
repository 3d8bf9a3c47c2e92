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
