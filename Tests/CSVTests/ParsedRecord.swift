import CSV

/// A record as the parser reported it, copied out of its batch.
struct ParsedRecord: Equatable, CustomStringConvertible {
  struct Field: Equatable {
    var value: [UInt8]
    var isQuoted: Bool
    var hasEscapes = false
    var byte: Int
    var line: Int
  }

  var number: Int
  var line: Int
  var byte: Int
  var raw: [UInt8]
  var fault: CSVFault?
  var fields: [Field]

  /// One line of an expectation file: `number line byte fields…` or the fault and the raw bytes.
  var description: String {
    let position = "\(number) line \(line) byte \(byte)"
    if let fault { return "\(position) FAULT \(fault): \(visible(raw))" }
    let values = fields.map { $0.isQuoted ? "\"\(visible($0.value))\"" : visible($0.value) }
    return "\(position) [\(values.joined(separator: "|"))]"
  }
}

/// Bytes as text on one line: printable ASCII as it is, all others as `<hex>`.
func visible(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    if byte >= 0x20 && byte < 0x7F && byte != 0x3C { return String(UnicodeScalar(byte)) }
    let hex = String(byte, radix: 16, uppercase: true)
    return hex.count < 2 ? "<0\(hex)>" : "<\(hex)>"
  }.joined()
}

/// How a test feeds and limits the parser.
struct ParseOptions {
  var dialect = CSVDialect()
  var maxRecordBytes = 16 << 20
  var maxFields = 65536
}

/// Parses pieces of a stream and copies every record out.
func parse(_ pieces: [[UInt8]], _ options: ParseOptions = ParseOptions()) -> [ParsedRecord] {
  var parser = CSVParser(
    dialect: options.dialect, maxRecordBytes: options.maxRecordBytes, maxFields: options.maxFields)
  var records: [ParsedRecord] = []
  for piece in pieces {
    parser.consume(piece.span) { collect($0, options.dialect, into: &records) }
  }
  parser.finish { collect($0, options.dialect, into: &records) }
  return records
}

func parse(_ text: String, _ options: ParseOptions = ParseOptions()) -> [ParsedRecord] {
  parse([Array(text.utf8)], options)
}

/// The values of each record as text, for tests that ask for nothing else.
func values(_ text: String, _ options: ParseOptions = ParseOptions()) -> [[String]] {
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
          byte: batch.byteOffset(of: field), line: batch.line(of: field, in: record)))
    }
    records.append(parsed)
  }
}

func copy(_ span: Span<UInt8>) -> [UInt8] {
  span.indices.map { span[$0] }
}
