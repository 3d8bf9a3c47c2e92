internal import Avro
internal import Datasets

/// Rows on their way from a binary COPY into an Avro file.
struct BackupRow {
  let columns: [BackupFile.Column]
  private var row = BinaryRow()

  init(columns: [BackupFile.Column]) { self.columns = columns }

  /// Writes the row of one message, and says whether it was one: the last message ends the rows.
  mutating func write(_ message: Span<UInt8>, to writer: inout AvroWriter) throws -> Bool {
    do {
      guard try row.read(message) else { return false }
      guard row.count == columns.count else { throw Self.unexpected }
      for (index, column) in columns.enumerated() {
        guard let range = row[index] else {
          guard column.isNullable else { throw Self.unexpected }
          writer.null()
          continue
        }
        if column.isNullable { writer.present() }
        try write(message.extracting(range), column.form.wire, &writer)
      }
      return true
    } catch is BinaryRowFault {
      throw Self.unexpected
    }
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
      guard field.count == 16 else { throw Self.unexpected }
      writer.bytes(UUIDText.text(field).span)
    case .date:
      writer.long(Int64(try BinaryRow.integer(field, as: Int32.self)) + Int64(PostgresEpoch.days))
    case .timestamp:
      let time: Int64 = try BinaryRow.integer(field)
      let (value, overflows) = time.addingReportingOverflow(PostgresEpoch.microseconds)
      guard !overflows else { throw Self.unexpected }
      writer.long(value)
    }
  }

  private static var unexpected: BackupFault {
    BackupFault(.databaseRefused, "the server sent a row of another form")
  }
}
