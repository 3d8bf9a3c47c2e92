internal import Avro
internal import Datasets
internal import Postgres
internal import Tables

/// A temporary table that takes the rows of a file, in the file's own columns.
struct RestoreStaging: ~Copyable {
  static let table = "pg_temp.sluice_restored"
  /// The size at which client and server work at once.
  private static let pieceBytes = 32 << 10

  private let shape: BackupShape
  private var file: BackupFile?
  private var rows = RowBuffer()

  init(_ shape: BackupShape) { self.shape = shape }

  /// Takes the row at the cursor; the first one opens the table.
  mutating func take(
    _ schema: AvroSchema, _ cursor: inout AvroCursor, _ block: Span<UInt8>,
    _ connection: inout PostgresConnection
  ) throws {
    let file = try opened(schema, &connection)
    try RestoredRow(columns: file.columns).append(&cursor, block, to: &rows)
    if rows.count >= Self.pieceBytes { try send(&connection) }
  }

  /// Ends the rows, and says how many the server took.
  mutating func finish(
    _ schema: AvroSchema, _ connection: inout PostgresConnection
  ) throws -> (file: BackupFile, rows: Int) {
    let file = try opened(schema, &connection)
    rows.appendTrailer()
    try send(&connection)
    return (file, try connection.endCopyIn())
  }

  private mutating func opened(
    _ schema: AvroSchema, _ connection: inout PostgresConnection
  ) throws -> BackupFile {
    if let file { return file }
    let file = try BackupFile(schema, for: shape)
    let columns = file.columns.map { column in
      "\(SQLText.identifier(column.name)) \(column.form.isCast ? "text" : column.type)"
    }
    try connection.execute(
      "CREATE TEMPORARY TABLE sluice_restored (\(columns.joined(separator: ", "))) ON COMMIT DROP")
    try connection.beginCopyIn("COPY \(Self.table) FROM STDIN (FORMAT binary)")
    rows.appendHeader()
    self.file = file
    return file
  }

  private mutating func send(_ connection: inout PostgresConnection) throws {
    try rows.withBytes { bytes throws(PostgresError) in try connection.putCopy(bytes) }
    rows.truncate(to: 0)
  }
}
