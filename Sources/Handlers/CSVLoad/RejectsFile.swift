internal import CSV
internal import Postgres

/// The rejects of a load as a CSV object, to mend and to upload again.
///
/// Before the record as it stood in the file come columns of our own, which say what is wrong with it.
/// They need not be taken out again: a file whose header begins with them is read without them.
struct RejectsFile {
  /// Where such objects are; what lies here is never loaded.
  static let prefix = "rejected/"
  /// The names of our own columns, which no dataset's field can have.
  static let columns = [
    "sluice_line", "sluice_byte_offset", "sluice_column", "sluice_code", "sluice_reason",
  ]

  let load: Int
  /// The first line, without its line end: our columns and those of the file.
  let header: String
  let dialect: CSVDialect
  /// Whether fields that a spreadsheet would take for formulas are written so that it does not.
  let escapesFormulas: Bool

  init(load: Int, header: String, of dataset: Dataset) {
    self.load = load
    self.header = header
    dialect = dataset.dialect
    escapesFormulas = dataset.escapesFormulas
  }

  /// The key for the rejects of an object: what unpacks by the name alone must not try to.
  static func key(for key: String) -> String {
    let name = key.lowercased()
    let isCompressed = [".gz", ".gzip", ".zst", ".zstd"].contains { name.hasSuffix($0) }
    return prefix + key + (isCompressed ? ".csv" : "")
  }

  /// The first line for a file with these columns.
  static func header(_ fileColumns: [String], _ dialect: CSVDialect) -> String {
    var line: [UInt8] = []
    for (index, name) in (columns + fileColumns).enumerated() {
      if index > 0 { line.append(dialect.delimiter) }
      dialect.append(name.utf8Span.span, to: &line)
    }
    return String(decoding: line, as: UTF8.self)
  }

  /// Lends the lines of the file, one by one, from the rows of `sluice.rejects`.
  func lines(
    _ connection: inout PostgresConnection, _ body: ([UInt8]) throws -> Void
  ) throws {
    try body(Array(header.utf8) + [0x0A])
    try connection.copyOut(
      """
      COPY (SELECT line::text, byte_offset::text, column_name, code, reason,
        coalesce(raw_bytes, convert_to(raw, 'UTF8'))
      FROM sluice.rejects WHERE load = \(load) ORDER BY record) TO STDOUT (FORMAT binary)
      """
    ) { row in
      guard let row = try BinaryRow(message: row) else { return }
      try body(line(row.values))
    }
  }

  /// One record: our columns, then the record, or as one field where it has no fields; verbatim
  /// unless formulas are escaped.
  private func line(_ values: [[UInt8]]) -> [UInt8] {
    var line: [UInt8] = []
    for value in values.dropLast() {
      dialect.append(value.span, to: &line)
      line.append(dialect.delimiter)
    }
    let record = values[Self.columns.count]
    let hasFields = !RejectCode.unsplit.contains { $0.rawValue.utf8.elementsEqual(values[3]) }
    if hasFields {
      line += escapesFormulas ? FormulaText.disarmed(record: record, dialect) : record
    } else {
      let field = escapesFormulas ? FormulaText.disarmed(record) : record
      if dialect.quote == nil { line += field } else { dialect.append(field.span, to: &line) }
    }
    line.append(0x0A)
    return line
  }
}

extension RejectCode {
  /// The codes of records that could not be split into fields.
  static let unsplit: [RejectCode] = [.quoting, .recordTooLong]
}
