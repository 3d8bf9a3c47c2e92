package import CSV

/// What must hold of the parser for any bytes, dialect, limits and split.
package struct ParserCheck {
  /// Dialects whose structure bytes are all likely in hostile bytes.
  package static let dialects: [CSVDialect] = [
    CSVDialect(),
    CSVDialect(emptyLineIsRecord: true),
    CSVDialect(quote: nil),
    CSVDialect(delimiter: 0x3B, quote: 0x27),
    CSVDialect(skipInitialSpace: true),
    CSVDialect(comment: 0x23),
    CSVDialect(escape: 0x5C),
    CSVDialect(doubleQuote: false, escape: 0x5C, comment: 0x23, skipInitialSpace: true),
  ]

  private var bytes: [UInt8]
  private var options: ParseOptions
  private var hasLimits = false
  private var pieceSizes: [Int]

  /// Checks the bytes under a dialect, in pieces of these sizes, again and again.
  package init(_ bytes: [UInt8], _ dialect: CSVDialect = CSVDialect(), pieceSizes: [Int] = [1]) {
    self.bytes = bytes
    self.options = ParseOptions(dialect: dialect)
    self.pieceSizes = pieceSizes
  }

  /// Reads a fuzzer's input: a line that says how, then the file.
  ///
  /// The line has five characters, digits in the files made by hand: the dialect; the limits, if it is
  /// odd; if it is odd, how far before the end of a full batch the file begins; the pieces' sizes.
  package init(fuzzed input: [UInt8]) {
    let how = (Array(input.prefix(5)) + Array(repeating: 0x30, count: 5)).map { Int($0 &- 0x30) }
    bytes = Array(input.dropFirst(6))
    options = ParseOptions(dialect: Self.dialects[how[0] % Self.dialects.count])
    if how[1] % 2 == 1 {
      hasLimits = true
      options.maxRecordBytes = 64 + how[1] / 8
      options.maxFields = 1 + how[1] % 8
    }
    pieceSizes = [how[3], how[4] + 1]
    if how[2] % 2 == 1 {
      // One long field, so that the end of what a batch may cover falls into the file.
      bytes = Array(repeating: 0x78, count: max(0, (32 << 10) - how[2])) + bytes
      pieceSizes = pieceSizes.map { $0 * 64 + 1 }
    }
  }

  /// What does not hold, if anything.
  package func complaint() -> String? {
    let whole = parse([bytes], options)
    if let wrong = misplaced(whole) { return wrong }
    if let wrong = difference(whole, parse(pieces, options), "in pieces of \(pieceSizes)") {
      return wrong
    }
    if let wrong = wrongEncoding() { return wrong }
    guard !hasLimits else { return nil }
    var reference = ReferenceParser(bytes, options.dialect)
    return difference(comparable(reference.records()), comparable(whole), "of the reference")
  }

  private var pieces: [[UInt8]] {
    var pieces: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
      let size = min(pieceSizes[pieces.count % pieceSizes.count], bytes.count - start)
      pieces.append(Array(bytes[start..<start + size]))
      start += size
    }
    return pieces
  }

  private func difference(
    _ expected: [ParsedRecord], _ found: [ParsedRecord], _ what: String
  ) -> String? {
    guard expected != found else { return nil }
    let same = zip(expected, found).prefix { $0 == $1 }.count
    let left = same < expected.count ? expected[same].description : "no record"
    let right = same < found.count ? found[same].description : "no record"
    return "\(what), of …\(visible(bytes.suffix(300))): \(left) is not \(right)"
  }

  /// Records lie one behind the other with nothing but ends of lines between, and fields in them.
  private func misplaced(_ records: [ParsedRecord]) -> String? {
    var end = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for (index, record) in records.enumerated() {
      let range = record.byte..<record.byte + record.raw.count
      guard record.byte >= end, range.upperBound <= bytes.count,
        Array(bytes[range]) == record.raw
      else { return "\(record) does not lie behind byte \(end)" }
      guard isEmpty(end..<record.byte, behind: index == 0 ? nil : records[index - 1]) else {
        return "bytes \(end) to \(record.byte) before \(record) are lost"
      }
      guard record.number == index + 1, record.fault == nil || record.fields.isEmpty else {
        return "\(record) as number \(index + 1)"
      }
      var fieldEnd = record.byte
      for field in record.fields {
        guard field.byte >= fieldEnd, field.byte + field.value.count <= range.upperBound else {
          return "a field at \(field.byte) in \(record)"
        }
        fieldEnd = field.byte + field.value.count
      }
      end = range.upperBound
    }
    guard isEmpty(end..<bytes.count, behind: records.last) else { return "the file's end is lost" }
    return nil
  }

  /// Whether a range outside the records may be: line ends, comments, the rest of a line too long.
  private func isEmpty(_ range: Range<Int>, behind last: ParsedRecord?) -> Bool {
    guard !options.dialect.emptyLineIsRecord || last == nil || range.count <= 2 || hasLimits else {
      return false
    }
    var isAtLineStart = last == nil
    var isIgnored = last?.fault != nil && last?.raw.count == options.maxRecordBytes
    for byte in bytes[range] {
      if byte == 0x0A || byte == 0x0D {
        isAtLineStart = true
        isIgnored = false
      } else if isAtLineStart && byte == options.dialect.comment {
        isIgnored = true
      } else if !isIgnored {
        return false
      }
    }
    return true
  }

  /// A batch or a record said to be UTF-8, or a batch said to be ASCII, that is not; or the reverse.
  private func wrongEncoding() -> String? {
    var parser = CSVParser(
      dialect: options.dialect, maxRecordBytes: options.maxRecordBytes,
      maxFields: options.maxFields)
    var complaint: String?
    for piece in pieces {
      parser.consume(piece.span) { batch in complaint = complaint ?? wrongEncoding(batch) }
    }
    parser.finish { batch in complaint = complaint ?? wrongEncoding(batch) }
    return complaint
  }

  private func wrongEncoding(_ batch: borrowing CSVBatch) -> String? {
    let all = unsafe Array(batch.bytes)
    if batch.isASCII && !all.allSatisfy({ $0 < 0x80 }) { return "not ASCII: \(visible(all))" }
    if batch.isUTF8 != isUTF8(all) { return "UTF-8 or not: \(visible(all))" }
    for index in 0..<batch.count {
      let raw = batch.withRaw(batch[index]) { copy($0) }
      if batch.isUTF8(batch[index]) != isUTF8(raw) { return "UTF-8 or not: \(visible(raw))" }
    }
    return nil
  }

  private func isUTF8(_ bytes: [UInt8]) -> Bool { (try? UTF8Span(validating: bytes.span)) != nil }
}
