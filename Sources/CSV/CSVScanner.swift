// How this works
//
// The scan walks over the bytes once, 64 at a time. Wide compares turn a block into four masks of 64
// bits: where the quotes, delimiters, LFs and CRs stand. What follows is arithmetic on masks, and a
// loop over the set bits that are field ends, each of which writes one entry of a table.
//
// Nearly every block has no quote and does not start inside one: then delimiters and line ends are
// what they seem.
//
// In a block with quotes, the prefix XOR of the quote mask has a one from each opening quote up to
// the byte before its closing one; delimiters and line ends under a one are text. A doubled quote
// closes and opens again at once, so it cancels out. That is only true while quotes stand where
// RFC 4180 allows them, and two more masks say whether they do: an opening quote must follow a field
// start or a closing quote, and behind a closing quote there must be an end or a quote. Where that
// fails, the block goes through the state machine, byte by byte (`CSVScanner+Bytewise.swift`). So does
// a block with a byte that has a meaning only in this dialect: an escape, a comment's first byte.
// The machine is the definition of the format; the masks are the short cut. Both keep the same
// cursor, whose mode is exact at every byte, so each may take over from the other at any block, and a
// call's last bytes need not fill one.
//
// Line ends: a CR ends a line, a LF ends one unless it follows a CR. The record ends at the CR, so
// it is complete before the LF has arrived; the LF, when it comes, only moves the next record's start.
//
// Faults: when a quote turns out to be broken, or a limit is passed, the fields of the record are
// dropped, the cursor goes back to the record's start, and its first line becomes the faulty record
// (mode `broken`). See `BrokenQuotes` for why going back stays cheap.
//
// Limits: a record may have `maxRecordBytes` bytes. The scan never looks beyond one byte more
// before it gives up, wherever the calls' bytes end, so the result does not depend on the split.
@safe
struct CSVScanner: ~Copyable {
  let dialect: CSVDialect
  let maxRecordBytes: Int
  let maxFields: Int
  var cursor = ScanCursor()
  var fieldTable = ScanTable<CSVField>()
  var recordTable = ScanTable<CSVRecord>()
  var brokenQuotes = BrokenQuotes()
  /// The stream offset of the base address.
  var offset = 0

  private let padding = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)

  init(dialect: CSVDialect, maxRecordBytes: Int, maxFields: Int) {
    var dialect = dialect
    if let escape = dialect.escape, escape == dialect.quote {
      dialect.doubleQuote = true
      dialect.escape = nil
    }
    self.dialect = dialect
    self.maxRecordBytes = maxRecordBytes
    self.maxFields = maxFields
    unsafe padding.initialize(repeating: 0, count: 64)
  }

  deinit {
    unsafe padding.deallocate()
  }

  /// Scans from the cursor to an end; stops there, or earlier when a fault sets it back.
  mutating func scan(_ base: UnsafePointer<UInt8>, to end: Int) {
    // A local copy, whose address nothing takes, stays in registers.
    var at = cursor
    fieldTable.reserve(inUse: at.fieldCount, forBytes: end - at.position)
    recordTable.reserve(inUse: at.recordCount, forBytes: end - at.position)
    let fields = unsafe fieldTable.entries
    let plain = PlainDialect(dialect)
    let isPlain = dialect.isPlain
    let emptyLineIsRecord = dialect.emptyLineIsRecord
    let isSuspect = brokenQuotes.reaches(offset + at.position)

    while at.position < end {
      let count = min(64, end &- at.position, at.recordStart &+ maxRecordBytes &+ 1 &- at.position)
      let last = UInt64(truncatingIfNeeded: count &- 1)
      var block = ScanBlock()
      guard !isSuspect, count > 0, at.mode.rawValue <= ScanCursor.Mode.quoteInQuoted.rawValue,
        unsafe find(&block, base + at.position, count, plain),
        unsafe isPlain || !block.isSpecial(padded(base + at.position, count), dialect, at.mode),
        block.readQuotes(at, last: last)
      else {
        cursor = at
        let isSetBack = unsafe scanBytes(base, count)
        at = cursor
        if isSetBack { break }
        continue
      }
      at.high |= block.high

      var recordEnds = block.newlines & ~block.text
      var swallowed: UInt64 = 0
      let returns = block.returns & ~block.text
      if returns != 0 || at.isAfterReturn {
        swallowed = recordEnds & (returns &<< 1)
        if at.isAfterReturn && at.mode == .fieldStart && recordEnds & 1 != 0 {
          swallowed |= 1
          at.recordStart &+= 1
          at.fieldStart &+= 1
        }
        recordEnds = returns | (recordEnds & ~swallowed)
      }
      var ends = (block.delimiters & ~block.text) | recordEnds
      let lineStarts =
        (recordEnds | swallowed) &<< 1 | (at.recordStart == at.position ? 1 : 0)
      if !block.hasQuotes, recordEnds & lineStarts == 0,
        at.fieldCount &- at.firstField &+ 64 <= maxFields
      {
        unsafe addPlain(&at, fields, ends: ends, recordEnds: recordEnds, swallowed: swallowed)
        ends = 0
      }
      while ends != 0 {
        let bit = UInt64(truncatingIfNeeded: ends.trailingZeroBitCount)
        ends &= ends &- 1
        let position = at.position &+ Int(bit)
        if block.hasQuotes {
          // Without branches: which fields have quotes is not to be foretold.
          let isQuoted: UInt32 = unsafe UInt16(base[at.fieldStart]) == plain.quoteOrNone ? 1 : 0
          var flags = isQuoted &<< 31
          if block.doubled != 0 || at.fieldHasEscapes {
            let below: UInt64 = (1 &<< bit) &- 1
            if at.fieldHasEscapes || block.doubled & below != 0 { flags |= CSVField.escapesFlag }
            block.doubled &= ~below
            at.fieldHasEscapes = false
          }
          unsafe fields[at.fieldCount] = CSVField(
            start: UInt32(truncatingIfNeeded: at.fieldStart) &+ isQuoted,
            endAndFlags: (UInt32(truncatingIfNeeded: position) &- isQuoted) | flags)
        } else {
          unsafe fields[at.fieldCount] = CSVField(
            start: UInt32(truncatingIfNeeded: at.fieldStart),
            endAndFlags: UInt32(truncatingIfNeeded: position))
        }
        at.fieldCount &+= 1
        at.fieldStart = position &+ 1
        guard recordEnds &>> bit & 1 != 0 else { continue }

        if position == at.recordStart && !emptyLineIsRecord {
          at.fieldCount = at.firstField
        } else {
          if at.fieldCount &- at.firstField > maxFields { break }
          addRecord(&at, end: position)
        }
        if block.innerLines != 0 {
          let below: UInt64 = (1 &<< bit) &- 1
          at.innerLines &+= (block.innerLines & below).nonzeroBitCount
          block.innerLines &= ~below
        }
        at.line &+= 1 &+ at.innerLines
        at.innerLines = 0
        at.fieldStart &+= Int(truncatingIfNeeded: ((swallowed &>> 1) &>> bit) & 1)
        at.recordStart = at.fieldStart
      }
      if at.fieldCount &- at.firstField > maxFields {
        cursor = at
        breakRecord(.tooManyFields)
        return
      }
      at.position &+= count
      at.isAfterReturn = block.returns &>> last & 1 != 0
      let isFieldStart = at.fieldStart == at.position
      if block.hasQuotes {
        at.innerLines &+= block.innerLines.nonzeroBitCount
        at.fieldHasEscapes = at.fieldHasEscapes || block.doubled != 0
        at.mode = block.mode(behind: last, isFieldStart: isFieldStart)
      } else {
        at.mode = isFieldStart ? .fieldStart : .unquoted
      }
    }
    cursor = at
  }

  /// Writes the entries of a block without quotes, empty lines and too many fields.
  ///
  /// Nearly all are of this kind, and what the loop need not ask for each field it ends is time won.
  @inline(__always)
  private func addPlain(
    _ at: inout ScanCursor, _ fields: UnsafeMutablePointer<CSVField>, ends: UInt64,
    recordEnds: UInt64, swallowed: UInt64
  ) {
    var ends = ends
    while ends != 0 {
      let bit = UInt64(truncatingIfNeeded: ends.trailingZeroBitCount)
      ends &= ends &- 1
      let position = at.position &+ Int(bit)
      unsafe fields[at.fieldCount] = CSVField(
        start: UInt32(truncatingIfNeeded: at.fieldStart),
        endAndFlags: UInt32(truncatingIfNeeded: position))
      at.fieldCount &+= 1
      at.fieldStart = position &+ 1
      guard recordEnds &>> bit & 1 != 0 else { continue }
      addRecord(&at, end: position)
      at.line &+= 1 &+ at.innerLines
      at.innerLines = 0
      at.fieldStart &+= Int(truncatingIfNeeded: ((swallowed &>> 1) &>> bit) & 1)
      at.recordStart = at.fieldStart
    }
  }

  /// Fills a block's masks from so many bytes; always true.
  @inline(__always)
  private func find(
    _ block: inout ScanBlock, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ dialect: PlainDialect
  ) -> Bool {
    unsafe block.find(padded(bytes, count), count, dialect)
    return true
  }

  /// An address with the same bytes of which 64 may be read.
  @inline(__always)
  private func padded(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UnsafePointer<UInt8> {
    guard count < 64 else { return unsafe bytes }
    unsafe padding.update(from: bytes, count: count)
    unsafe (padding + count).update(repeating: 0, count: 64 - count)
    return unsafe UnsafePointer(padding)
  }
}
