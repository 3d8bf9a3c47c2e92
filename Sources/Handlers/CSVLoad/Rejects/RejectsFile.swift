internal import CSV
internal import Datasets
internal import Postgres
internal import System

/// The rejects of a load as a CSV file, to be corrected and uploaded again.
///
/// Columns of our own before the original record say what is wrong with it. They need not be
/// removed again: a file whose header begins with them is read without them.
package struct RejectsFile {
  /// The names of our own columns, which no field of a dataset can have.
  static let columns = [
    "sluice_line", "sluice_byte_offset", "sluice_column", "sluice_code", "sluice_reason",
  ]

  /// The bytes passed on at a time.
  private static let pieceBytes = 64 << 10

  let load: Int
  /// The first line, without its line end: our columns and those of the file.
  let header: String
  let dialect: CSVDialect
  /// Whether fields that a spreadsheet would treat as formulas are escaped.
  let escapesFormulas: Bool

  init(load: Int, header: String, of dataset: Dataset) {
    self.load = load
    self.header = header
    dialect = dataset.dialect
    escapesFormulas = dataset.escapesFormulas
  }

  /// The key for the rejects of an object, without a suffix that tools would decompress by.
  static func key(for key: String) -> String {
    let name = key.lowercased()
    let isCompressed = [".gz", ".gzip", ".zst", ".zstd"].contains { name.hasSuffix($0) }
    return ReservedPrefix.rejects + key + (isCompressed ? ".csv" : "")
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

  /// Passes on the file piece by piece, from the rows of `sluice.rejects`.
  func pieces(
    _ connection: inout PostgresConnection, _ body: ([UInt8]) throws -> Void
  ) throws {
    var piece = Array(header.utf8) + [0x0A]
    try connection.copyOut(
      """
      COPY (SELECT line, byte_offset, column_name, code, reason, raw, raw_bytes
      FROM sluice.rejects WHERE load = \(load) ORDER BY record) TO STDOUT (FORMAT binary)
      """
    ) { message in
      guard var row = try BinaryRow(message) else { return }
      try appendLine((0..<row.count).map { _ in try row.next(message) }, message, to: &piece)
      guard piece.count >= Self.pieceBytes else { return }
      try body(piece)
      piece.removeAll(keepingCapacity: true)
    }
    try body(piece)
  }

  /// Appends one record: our columns, then the record verbatim unless formulas are escaped, as one
  /// field if it could not be split.
  private func appendLine(
    _ row: [Range<Int>?], _ message: Span<UInt8>, to file: inout [UInt8]
  ) throws(BinaryRowFault) {
    for column in 0..<2 {
      let number: Int = try BinaryRow.integer(message.extracting(row[column] ?? 0..<0))
      file += String(number).utf8
      file.append(dialect.delimiter)
    }
    for column in 2..<5 {
      dialect.append(message.extracting(row[column] ?? 0..<0), to: &file)
      file.append(dialect.delimiter)
    }
    let record = message.extracting(row[6] ?? row[5] ?? 0..<0)
    let code = String(decoding: message.extracting(row[3] ?? 0..<0).copied, as: UTF8.self)
    // Such a record could not be split into fields.
    if [.quoting, .recordTooLong].contains(RejectCode(rawValue: code)) {
      let field = escapesFormulas ? FormulaText.disarmed(record.copied) : record.copied
      if dialect.quote == nil { file += field } else { dialect.append(field.span, to: &file) }
    } else {
      file += escapesFormulas ? FormulaText.disarmed(record: record.copied, dialect) : record.copied
    }
    file.append(0x0A)
  }
}
