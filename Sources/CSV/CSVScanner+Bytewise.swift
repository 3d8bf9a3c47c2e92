/// The state machine that defines the format; takes one byte after the other.
extension CSVScanner {
  /// Scans so many bytes from the cursor on; says whether a fault has set the cursor back.
  ///
  /// A count of zero means that the open record has reached the limit.
  mutating func scanBytes(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard count > 0 else { return giveUpAtLimit() }
    let end = cursor.position + count
    while cursor.position < end {
      let byte = unsafe base[cursor.position]
      cursor.high |= UInt32(byte & 0x80)
      if !take(byte) { return true }
      cursor.isAfterReturn = byte == 0x0D
      cursor.position += 1
    }
    if cursor.mode == .ignoredLine { startRecord(at: end) }
    return false
  }

  /// Takes the byte at the cursor; false when it has broken the record.
  private mutating func take(_ byte: UInt8) -> Bool {
    switch cursor.mode {
    case .fieldStart:
      return takeAtFieldStart(byte)
    case .unquoted:
      return takeUnquoted(byte)
    case .quoted:
      if byte == dialect.quote {
        cursor.mode = .quoteInQuoted
      } else if byte == dialect.escape {
        cursor.mode = .quotedEscape
        cursor.fieldHasEscapes = true
      } else {
        countInnerLine(byte)
      }
    case .quoteInQuoted:
      if byte == dialect.quote && dialect.doubleQuote {
        cursor.mode = .quoted
        cursor.fieldHasEscapes = true
      } else if isEnd(byte) {
        return takeEnd(byte, isQuoted: true)
      } else {
        breakRecord(.textAfterQuote)
        return false
      }
    case .escape:
      cursor.mode = .unquoted
      countInnerLine(byte)
    case .quotedEscape:
      cursor.mode = .quoted
      countInnerLine(byte)
    case .broken:
      guard isLineEnd(byte) else { return true }
      addFaultyRecord(end: cursor.position)
      startRecord(at: cursor.position + 1)
    case .ignoredLine:
      guard isLineEnd(byte) else { return true }
      startRecord(at: cursor.position + 1)
      cursor.mode = .fieldStart
      cursor.line += 1
    }
    return true
  }

  private mutating func takeAtFieldStart(_ byte: UInt8) -> Bool {
    if cursor.position == cursor.recordStart {
      if byte == 0x0A && cursor.isAfterReturn {
        startRecord(at: cursor.position + 1)
        return true
      }
      if byte == dialect.comment {
        cursor.mode = .ignoredLine
        return true
      }
    }
    if byte == 0x20 && dialect.skipInitialSpace && byte != dialect.delimiter {
      cursor.fieldStart = cursor.position + 1
      return true
    }
    guard byte == dialect.quote else { return takeUnquoted(byte) }
    cursor.mode = .quoted
    guard brokenQuotes.contains(offset + cursor.position) else { return true }
    breakRecord(.unterminatedQuote)
    return false
  }

  private mutating func takeUnquoted(_ byte: UInt8) -> Bool {
    if isEnd(byte) { return takeEnd(byte, isQuoted: false) }
    if byte == dialect.escape {
      cursor.mode = .escape
      cursor.fieldHasEscapes = true
    } else {
      cursor.mode = .unquoted
    }
    return true
  }

  private mutating func takeEnd(_ byte: UInt8, isQuoted: Bool) -> Bool {
    if byte != dialect.delimiter && cursor.position == cursor.recordStart
      && !dialect.emptyLineIsRecord
    {
      cursor.line += 1
      startRecord(at: cursor.position + 1)
      return true
    }
    addField(isQuoted: isQuoted)
    guard cursor.fieldCount - cursor.firstField <= maxFields else {
      breakRecord(.tooManyFields)
      return false
    }
    cursor.mode = .fieldStart
    cursor.fieldStart = cursor.position + 1
    if byte != dialect.delimiter { addRecord() }
    return true
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == dialect.delimiter || byte == 0x0A || byte == 0x0D
  }

  private mutating func countInnerLine(_ byte: UInt8) {
    if byte == 0x0D || (byte == 0x0A && !cursor.isAfterReturn) { cursor.innerLines += 1 }
  }
}
