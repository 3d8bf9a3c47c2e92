internal import Avro
internal import Datasets

/// Rows on their way from an Avro file into a binary COPY.
struct RestoredRow {
  let columns: [BackupFile.Column]

  /// Reads the row at the cursor and adds it to the rows to send.
  func append(
    _ cursor: inout AvroCursor, _ block: Span<UInt8>, to rows: inout RowBuffer
  ) throws {
    rows.appendColumnCount(columns.count)
    for column in columns {
      if column.isNullable, try !cursor.isPresent(block) {
        rows.appendNull()
      } else {
        try append(column, &cursor, block, &rows)
      }
    }
  }

  private func append(
    _ column: BackupFile.Column, _ cursor: inout AvroCursor, _ block: Span<UInt8>,
    _ rows: inout RowBuffer
  ) throws {
    switch column.form.wire {
    case .text, .bytes:
      rows.appendBytes(block.extracting(try cursor.range(block)))
    case .boolean:
      rows.appendInteger(try cursor.boolean(block) ? UInt8(1) : 0)
    case .int2:
      guard let value = Int16(exactly: try cursor.int(block)) else { throw Self.beyond(column) }
      rows.appendInteger(value)
    case .int4: rows.appendInteger(try cursor.int(block))
    case .int8: rows.appendInteger(try cursor.long(block))
    case .float4: rows.appendInteger(try cursor.floatBits(block))
    case .float8: rows.appendInteger(try cursor.doubleBits(block))
    case .uuid:
      let text = block.extracting(try cursor.range(block))
      guard UUIDText.appendColumn(text, to: &rows) else { throw Self.beyond(column) }
    case .date:
      let days = Int64(try cursor.int(block)) - Int64(PostgresEpoch.days)
      guard let value = Int32(exactly: days) else { throw Self.beyond(column) }
      rows.appendInteger(value)
    case .time: rows.appendInteger(try cursor.long(block))
    case .timestamp:
      let time = try cursor.long(block)
      let (value, overflows) = time.subtractingReportingOverflow(PostgresEpoch.microseconds)
      guard !overflows else { throw Self.beyond(column) }
      rows.appendInteger(value)
    }
  }

  private static func beyond(_ column: BackupFile.Column) -> BackupFault {
    BackupFault(
      .objectDamaged, "a value of the column \"\(column.name)\" is no \(column.type)")
  }
}
