import CSVReference

/// Why another reader may make something else of a file than our parser; each is a choice of ours.
enum OracleDifference: CaseIterable {
  /// `COPY` takes no NUL and nothing that is not UTF-8. Ours hands the bytes on and says which record
  /// they are in, so that they cost one record instead of the file.
  case notText
  /// `COPY` wants the same number of fields in each record. Ours leaves that to the caller, who
  /// rejects the one record.
  case ragged
  /// To `COPY` a line without any byte is a record that lacks fields. Ours skips it, as Python does.
  case emptyLine
  /// `COPY` keeps to the kind of line end it has met first. Ours ends a line at LF, CRLF and CR in any
  /// order, as Python does: files that were put together from several have them mixed.
  case mixedLineEnds
  /// To `COPY` a quote in the middle of a field opens quotes all the same, and vanishes; a lone one
  /// swallows lines. To ours it is text, as to Python: `5" pipe`.
  case quoteInMidField
  /// Behind a closing quote `COPY` goes on with the field, and a quote never closed ends the load.
  /// Python does likewise, or refuses the file when it is strict. To ours it is a fault of one record.
  case brokenQuotes
  /// `COPY` and Python take a byte order mark for the first field's first character. Ours skips it.
  case byteOrderMark
  /// Before PostgreSQL 18, `COPY` takes a line of `\.` for the end of the data and drops the rest
  /// without a word. To ours, and to Python, it is a record.
  case endMarker

  /// Whether `COPY` refuses the whole file, not just reads it in another way.
  var isRefusal: Bool {
    switch self {
    case .notText, .ragged, .emptyLine, .mixedLineEnds: true
    case .quoteInMidField, .brokenQuotes, .byteOrderMark, .endMarker: false
    }
  }

  /// What makes `COPY` into so many columns differ.
  static func ofCopy(_ file: DescribedFile, columns: Int) -> Set<Self> {
    var found = Set(file.records.compactMap { ofCopy($0, columns: columns) })
    if !isText(file.bytes) { found.insert(.notText) }
    if file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { found.insert(.byteOrderMark) }
    if columns > 1 && file.skipsLines { found.insert(.emptyLine) }
    if Set(file.lineEnds).count > 1 { found.insert(.mixedLineEnds) }
    return found
  }

  /// What makes `COPY` differ that lies in one record.
  static func ofCopy(_ record: ParsedRecord, columns: Int) -> Self? {
    if record.fault != nil { return .brokenQuotes }
    if !isText(record.raw) { return .notText }
    if record.raw == [0x5C, 0x2E] { return .endMarker }
    if record.fields.contains(where: { !$0.isQuoted && $0.value.contains(0x22) }) {
      return .quoteInMidField
    }
    return record.fields.count == columns ? nil : .ragged
  }

  /// What makes Python's reader differ when it is strict.
  static func ofPython(_ file: DescribedFile) -> Set<Self> {
    var found: Set<Self> = []
    if file.records.contains(where: { $0.fault != nil }) { found.insert(.brokenQuotes) }
    if file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { found.insert(.byteOrderMark) }
    return found
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(0) && (try? UTF8Span(validating: bytes.span)) != nil
  }
}
