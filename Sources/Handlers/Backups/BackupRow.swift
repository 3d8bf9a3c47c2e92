internal import Avro
internal import Datasets

/// Writes the rows of a binary COPY to an Avro file.
struct BackupRow {
  let columns: [BackupFile.Column]

  /// Writes the row of one message; returns false for the last message, which holds no row.
  func write(_ message: Span<UInt8>, to writer: inout AvroWriter) throws -> Bool {
    guard var row = try BinaryRow(message) else { return false }
    guard row.count == columns.count else { throw BackupFault.unexpectedRow }
    for column in columns {
      guard let range = try row.next(message) else {
        guard column.isNullable else { throw BackupFault.unexpectedRow }
        writer.null()
        continue
      }
      if column.isNullable { writer.present() }
      try write(message.extracting(range), column.form.wire, &writer)
    }
    return true
  }

  private func write(
    _ field: Span<UInt8>, _ wire: ColumnForm.Wire, _ writer: inout AvroWriter
  ) throws {
    switch wire {
    case .text, .bytes: writer.bytes(field)
    case .boolean: writer.boolean(try BinaryRow.integer(field, as: UInt8.self) != 0)
    case .int2: writer.long(Int64(try BinaryRow.integer(field, as: Int16.self)))
    case .int4: writer.long(Int64(try BinaryRow.integer(field, as: Int32.self)))
    case .int8, .time: writer.long(try BinaryRow.integer(field))
    case .float4: writer.float(bits: try BinaryRow.integer(field))
    case .float8: writer.double(bits: try BinaryRow.integer(field))
    case .uuid:
      guard field.count == 16 else { throw BackupFault.unexpectedRow }
      writer.bytes(UUIDText.text(field).span)
    case .date:
      writer.long(Int64(try BinaryRow.integer(field, as: Int32.self)) + Int64(PostgresEpoch.days))
    case .timestamp:
      let time: Int64 = try BinaryRow.integer(field)
      let (value, overflows) = time.addingReportingOverflow(PostgresEpoch.microseconds)
      guard !overflows else { throw BackupFault.unexpectedRow }
      writer.long(value)
    }
  }
}

/// Writes the rows of an Avro file as a binary COPY.
struct RestoredRow {
  let columns: [BackupFile.Column]

  /// Reads the row at the cursor and appends it.
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
