internal import Postgres

/// Writes the rows of an export batch by batch.
struct StreamedRows {
  private let form: RowForm
  private let csv: CSVText
  private var isFirst = true

  init(_ form: RowForm, escapesFormulas: Bool) {
    self.form = form
    csv = CSVText(escapesFormulas: escapesFormulas)
  }

  /// What stands before the rows.
  func head(_ columns: [TableShape.Column]) -> [UInt8] {
    switch form {
    case .json: Array("[".utf8)
    case .ndjson: []
    case .csv: csv.header(columns.map(\.name))
    }
  }

  /// The rows of one batch.
  mutating func rows(of result: borrowing PostgresResult) -> [UInt8] {
    var bytes: [UInt8] = []
    for row in 0..<result.rowCount {
      append(result, row, 0..<result.columnCount, to: &bytes)
    }
    return bytes
  }

  /// Appends one row; of CSV all fields, else the one that holds the row's JSON.
  mutating func append(
    _ result: borrowing PostgresResult, _ row: Int, _ fields: Range<Int>, to bytes: inout [UInt8]
  ) {
    guard form != .csv else { return csv.append(result, row, fields, to: &bytes) }
    if form == .json, !isFirst { bytes += ",\n".utf8 }
    isFirst = false
    result.withField(row: row, column: fields.lowerBound) { text in
      guard let text else { return }
      unsafe text.withUnsafeBufferPointer { text in unsafe bytes += text }
    }
    if form == .ndjson { bytes.append(UInt8(ascii: "\n")) }
  }

  /// What stands behind the rows.
  var end: [UInt8] { form == .json ? Array("]".utf8) : [] }
}
