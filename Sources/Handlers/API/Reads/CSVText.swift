internal import CSVLoad
internal import Postgres
internal import System

/// Writes rows of a result, all of whose fields are text, as CSV (RFC 4180) with a header.
struct CSVText {
  /// Whether fields that a spreadsheet would compute get an apostrophe in front.
  let escapesFormulas: Bool

  /// The header and all rows.
  func rows(of result: borrowing PostgresResult) -> [UInt8] {
    let columns = 0..<result.columnCount
    var bytes = header(columns.map { (try? result.columnName($0)) ?? "" })
    for row in 0..<result.rowCount { append(result, row, columns, to: &bytes) }
    return bytes
  }

  /// The header alone.
  func header(_ names: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, name) in names.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(Array(name.utf8), to: &bytes)
    }
    return bytes + Self.lineEnd
  }

  /// Appends one row; NULL is an empty field, and an empty text a quoted one.
  func append(
    _ result: borrowing PostgresResult, _ row: Int, _ columns: Range<Int>, to bytes: inout [UInt8]
  ) {
    for column in columns {
      if column > columns.lowerBound { bytes.append(UInt8(ascii: ",")) }
      result.withField(row: row, column: column) { field in
        guard let field else { return }
        append(field.copied, to: &bytes)
      }
    }
    bytes += Self.lineEnd
  }

  private func append(_ field: [UInt8], to bytes: inout [UInt8]) {
    let field = escapesFormulas ? FormulaText.disarmed(field) : field
    let needsQuotes = field.isEmpty || field.contains { Self.special.contains($0) }
    guard needsQuotes else {
      bytes += field
      return
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in field {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static let special = Array("\",\r\n".utf8)
  private static let lineEnd = Array("\r\n".utf8)
}
