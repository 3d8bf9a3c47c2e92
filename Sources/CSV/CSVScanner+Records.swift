/// What a scan writes into its tables, and how it takes a record back.
extension CSVScanner {
  /// The table entry of a field that was found between two offsets, quotes included.
  @inline(__always)
  static func field(
    from start: Int, to end: Int, isQuoted: Bool, hasEscapes: Bool
  ) -> CSVField {
    let quote = isQuoted ? 1 : 0
    let flags =
      (isQuoted ? CSVField.quotedFlag : 0) | (hasEscapes ? CSVField.escapesFlag : 0)
    return CSVField(
      start: UInt32(truncatingIfNeeded: start &+ quote),
      endAndFlags: UInt32(truncatingIfNeeded: end &- quote) | flags)
  }

  /// Adds the open field, which ends before the cursor's byte.
  mutating func addField(isQuoted: Bool) {
    unsafe fieldTable.entries[cursor.fieldCount] = Self.field(
      from: cursor.fieldStart, to: cursor.position, isQuoted: isQuoted,
      hasEscapes: cursor.fieldHasEscapes)
    cursor.fieldCount += 1
    cursor.fieldHasEscapes = false
  }

  /// Writes the table entry of a cursor's open record.
  @inline(__always)
  func addRecord(_ at: inout ScanCursor, end: Int) {
    unsafe recordTable.entries[at.recordCount] = CSVRecord(
      firstField: UInt32(truncatingIfNeeded: at.firstField),
      fieldCount: UInt32(truncatingIfNeeded: at.fieldCount &- at.firstField),
      start: UInt32(truncatingIfNeeded: at.recordStart), end: UInt32(truncatingIfNeeded: end),
      linesIntoBatch: UInt32(truncatingIfNeeded: at.line &- at.batchLine), faultCode: 0)
    at.recordCount &+= 1
    at.firstField = at.fieldCount
  }

  /// Adds the open record, whose line end is the cursor's byte, and starts the next behind it.
  mutating func addRecord() {
    var at = cursor
    addRecord(&at, end: at.position)
    cursor = at
    cursor.line += 1 + cursor.innerLines
    cursor.innerLines = 0
    startRecord(at: cursor.position + 1)
  }

  /// Adds the open line as a record that could not be read.
  mutating func addFaultyRecord(end: Int) {
    unsafe recordTable.entries[cursor.recordCount] = CSVRecord(
      firstField: UInt32(truncatingIfNeeded: cursor.firstField), fieldCount: 0,
      start: UInt32(truncatingIfNeeded: cursor.recordStart),
      end: UInt32(truncatingIfNeeded: end),
      linesIntoBatch: UInt32(truncatingIfNeeded: cursor.line - cursor.batchLine),
      faultCode: UInt32(cursor.fault.rawValue))
    cursor.recordCount += 1
    cursor.line += 1
    cursor.mode = .fieldStart
  }

  mutating func startRecord(at position: Int) {
    cursor.recordStart = position
    cursor.fieldStart = position
  }

  /// Drops the open record's fields and goes back to make its first line the faulty record.
  ///
  /// Remembers its opening quotes: one met again in a later record leads to the same fault.
  mutating func breakRecord(_ fault: CSVFault) {
    brokenQuotes.forget(before: offset + cursor.recordStart)
    for index in cursor.firstField..<min(cursor.fieldCount, cursor.firstField + maxFields) {
      let field = unsafe fieldTable.entries[index]
      if field.isQuoted { brokenQuotes.insert(offset + Int(field.start) - 1) }
    }
    let isInQuotes = cursor.mode == .quoted || cursor.mode == .quoteInQuoted
    if fault != .tooManyFields && (isInQuotes || cursor.mode == .quotedEscape) {
      brokenQuotes.insert(offset + cursor.fieldStart)
    }
    cursor.fault = fault
    cursor.fieldCount = cursor.firstField
    cursor.fieldHasEscapes = false
    cursor.innerLines = 0
    cursor.position = cursor.recordStart
    cursor.fieldStart = cursor.recordStart
    cursor.isAfterReturn = false
    cursor.mode = .broken
  }

  /// Ends a record that fills the limit; says whether that has set the cursor back.
  mutating func giveUpAtLimit() -> Bool {
    switch cursor.mode {
    case .broken:
      addFaultyRecord(end: cursor.recordStart + maxRecordBytes)
      // The line goes on; it is counted at its end.
      cursor.line -= 1
      cursor.mode = .ignoredLine
      startRecord(at: cursor.position)
      return false
    case .quoted, .quoteInQuoted, .quotedEscape:
      breakRecord(.unterminatedQuote)
    default:
      breakRecord(.recordTooLong)
    }
    return true
  }

  /// Ends the stream where the cursor is; says whether that set the cursor back instead.
  mutating func endStream() -> Bool {
    fieldTable.reserve(inUse: cursor.fieldCount, forBytes: 1)
    recordTable.reserve(inUse: cursor.recordCount, forBytes: 1)
    if cursor.mode != .ignoredLine && cursor.position - cursor.recordStart > maxRecordBytes {
      return giveUpAtLimit()
    }
    switch cursor.mode {
    case .ignoredLine:
      return false
    case .broken:
      addFaultyRecord(end: cursor.position)
    case .quoted, .quotedEscape:
      breakRecord(.unterminatedQuote)
      return true
    case .fieldStart, .unquoted, .escape, .quoteInQuoted:
      guard cursor.position > cursor.recordStart else { return false }
      addField(isQuoted: cursor.mode == .quoteInQuoted)
      guard cursor.fieldCount - cursor.firstField <= maxFields else {
        breakRecord(.tooManyFields)
        return true
      }
      addRecord()
    }
    startRecord(at: cursor.position)
    cursor.mode = .fieldStart
    return false
  }

  /// Forgets the records found and moves what is open to the front; false if nothing had to move.
  mutating func dropRecords() -> Bool {
    let moved = cursor.recordStart
    guard moved > 0 || cursor.recordCount > 0 else { return false }
    for index in cursor.firstField..<cursor.fieldCount {
      let field = unsafe fieldTable.entries[index]
      unsafe fieldTable.entries[index - cursor.firstField] = CSVField(
        start: field.start - UInt32(moved), endAndFlags: field.endAndFlags - UInt32(moved))
    }
    cursor.fieldCount -= cursor.firstField
    cursor.firstField = 0
    cursor.recordCount = 0
    cursor.position -= moved
    cursor.fieldStart -= moved
    cursor.recordStart = 0
    cursor.batchLine = cursor.line
    offset += moved
    return true
  }

  /// Goes back to the start of the open record, which lies elsewhere from now on.
  mutating func rewindRecord() {
    cursor.fieldCount = cursor.firstField
    cursor.fieldHasEscapes = false
    cursor.innerLines = 0
    cursor.position = cursor.recordStart
    cursor.fieldStart = cursor.recordStart
    if cursor.mode != .broken && cursor.mode != .ignoredLine { cursor.mode = .fieldStart }
  }

  mutating func reset() {
    cursor = ScanCursor()
    brokenQuotes = BrokenQuotes()
    offset = 0
  }
}
