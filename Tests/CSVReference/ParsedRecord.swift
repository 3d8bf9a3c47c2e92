package import CSV

/// A record as the parser reported it, copied out of its batch.
package struct ParsedRecord: Equatable, CustomStringConvertible {
  package struct Field: Equatable {
    package var value: [UInt8]
    package var isQuoted: Bool
    package var hasEscapes = false
    package var byte: Int
  }

  package var number: Int
  package var line: Int
  package var byte: Int
  package var raw: [UInt8]
  package var fault: CSVFault?
  package var fields: [Field]

  /// One line of an expectation file: `number line byte fields…` or the fault and the raw bytes.
  package var description: String {
    let position = "\(number) line \(line) byte \(byte)"
    if let fault { return "\(position) FAULT \(fault): \(visible(raw))" }
    let values = fields.map { $0.isQuoted ? "\"\(visible($0.value))\"" : visible($0.value) }
    return "\(position) [\(values.joined(separator: "|"))]"
  }
}

/// Bytes as text on one line: printable ASCII as it is, all others as `<hex>`.
package func visible(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    if byte >= 0x20 && byte < 0x7F && byte != 0x3C { return String(UnicodeScalar(byte)) }
    let hex = String(byte, radix: 16, uppercase: true)
    return hex.count < 2 ? "<0\(hex)>" : "<\(hex)>"
  }.joined()
}

/// How a test feeds and limits the parser.
package struct ParseOptions {
  package var dialect = CSVDialect()
  package var maxRecordBytes = 16 << 20
  package var maxFields = 65536

  package init(
    dialect: CSVDialect = CSVDialect(), maxRecordBytes: Int = 16 << 20, maxFields: Int = 65536
  ) {
    self.dialect = dialect
    self.maxRecordBytes = maxRecordBytes
    self.maxFields = maxFields
  }
}

/// Parses pieces of a stream and copies every record out.
package func parse(_ pieces: [[UInt8]], _ options: ParseOptions = ParseOptions()) -> [ParsedRecord]
{
  var parser = CSVParser(
    dialect: options.dialect, maxRecordBytes: options.maxRecordBytes, maxFields: options.maxFields)
  var records: [ParsedRecord] = []
  for piece in pieces {
    parser.consume(piece.span) { collect($0, options.dialect, into: &records) }
  }
  parser.finish { collect($0, options.dialect, into: &records) }
  return records
}

package func parse(_ text: String, _ options: ParseOptions = ParseOptions()) -> [ParsedRecord] {
  parse([Array(text.utf8)], options)
}

/// The values of each record as text, for tests that ask for nothing else.
package func values(_ text: String, _ options: ParseOptions = ParseOptions()) -> [[String]] {
  parse(text, options).map { $0.fields.map { visible($0.value) } }
}

private func collect(
  _ batch: borrowing CSVBatch, _ dialect: CSVDialect, into records: inout [ParsedRecord]
) {
  for index in 0..<batch.count {
    let record = batch[index]
    var parsed = ParsedRecord(
      number: batch.number(at: index), line: batch.line(of: record),
      byte: batch.byteOffset(of: record), raw: batch.withRaw(record) { copy($0) },
      fault: record.fault, fields: [])
    for column in 0..<Int(record.fieldCount) {
      let field = batch.field(column, of: record)
      parsed.fields.append(
        ParsedRecord.Field(
          value: dialect.value(of: field, in: batch), isQuoted: field.isQuoted,
          hasEscapes: field.hasEscapes,
          byte: batch.byteOffset + Int(field.start)))
    }
    records.append(parsed)
  }
}

package func copy(_ span: Span<UInt8>) -> [UInt8] {
  unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
}

/// Cuts bytes into pieces of one size; the last may be shorter.
package func cut(_ bytes: [UInt8], into size: Int) -> [[UInt8]] {
  stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
}

/// What must be equal: all but which of the two quoting faults it is, for a later line that runs into
/// a fault reported before is told in one word.
package func comparable(_ records: [ParsedRecord]) -> [ParsedRecord] {
  records.map { record in
    var record = record
    if record.fault == .textAfterQuote { record.fault = .unterminatedQuote }
    return record
  }
}
