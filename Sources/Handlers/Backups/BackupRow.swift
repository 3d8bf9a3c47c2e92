internal import Avro

/// Rows on their way from a binary COPY into an Avro file.
///
/// The format is that of <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>.
struct BackupRow {
  private static let headerBytes = 19

  let columns: [BackupFile.Column]

  /// Writes the row of one message, and says whether it was one: the last message ends the rows.
  func write(
    _ message: Span<UInt8>, to writer: inout AvroWriter
  ) throws -> Bool {
    // The first row comes behind the header, whose signature no count of columns begins like.
    let isFirst = message.count >= Self.headerBytes && message[0] == 0x50 && message[1] == 0x47
    var rest = message.extracting(droppingFirst: isFirst ? Self.headerBytes : 0)
    let count = Int16(truncatingIfNeeded: try Self.number(&rest, bytes: 2))
    guard count >= 0 else { return false }
    guard count == columns.count else { throw Self.unexpected }
    for column in columns {
      let length = Int(Int32(truncatingIfNeeded: try Self.number(&rest, bytes: 4)))
      guard length >= 0 else {
        guard column.isNullable else { throw Self.unexpected }
        writer.null()
        continue
      }
      guard length <= rest.count else { throw Self.unexpected }
      if column.isNullable { writer.present() }
      try write(rest.extracting(first: length), column.form.wire, &writer)
      rest = rest.extracting(droppingFirst: length)
    }
    return true
  }

  private func write(
    _ field: Span<UInt8>, _ wire: ColumnForm.Wire, _ writer: inout AvroWriter
  ) throws {
    var field = field
    switch wire {
    case .text, .bytes: return writer.bytes(field)
    case .boolean: writer.boolean(try Self.number(&field, bytes: 1) != 0)
    case .int2:
      writer.long(Int64(Int16(truncatingIfNeeded: try Self.number(&field, bytes: 2))))
    case .int4:
      writer.long(Int64(Int32(truncatingIfNeeded: try Self.number(&field, bytes: 4))))
    case .int8, .time: writer.long(Int64(bitPattern: try Self.number(&field, bytes: 8)))
    case .float4:
      writer.float(bits: UInt32(truncatingIfNeeded: try Self.number(&field, bytes: 4)))
    case .float8: writer.double(bits: try Self.number(&field, bytes: 8))
    case .uuid:
      guard field.count == 16 else { throw Self.unexpected }
      return writer.bytes(UUIDForm.text(field).span)
    case .date:
      let days = Int64(Int32(truncatingIfNeeded: try Self.number(&field, bytes: 4)))
      writer.long(days + PostgresEpoch.days)
    case .timestamp:
      let time = Int64(bitPattern: try Self.number(&field, bytes: 8))
      let (value, overflows) = time.addingReportingOverflow(PostgresEpoch.microseconds)
      guard !overflows else { throw Self.unexpected }
      writer.long(value)
    }
    guard field.isEmpty else { throw Self.unexpected }
  }

  /// Takes a number off the front, its most significant byte first.
  private static func number(_ rest: inout Span<UInt8>, bytes: Int) throws -> UInt64 {
    guard rest.count >= bytes else { throw unexpected }
    var value: UInt64 = 0
    for index in 0..<bytes { value = value << 8 | UInt64(rest[index]) }
    rest = rest.extracting(droppingFirst: bytes)
    return value
  }

  private static var unexpected: BackupFault {
    BackupFault(.databaseRefused, "the server sent a row of another form")
  }
}

/// 2000-01-01, from which PostgreSQL counts, as 1970-01-01 counts it.
enum PostgresEpoch {
  static let days: Int64 = 10_957
  static let microseconds = days * 86_400_000_000
}
