internal import Avro
internal import Datasets
internal import Postgres
internal import Tables

/// A temporary table for the rows of a file, with the file's columns.
struct RestoreStaging: ~Copyable {
  static let table = "pg_temp.sluice_restored"
  /// The size of a piece, which lets client and server work in parallel.
  private static let pieceBytes = 32 << 10

  private let shape: BackupShape
  private var file: BackupFile?
  private var rows = RowBuffer()

  init(_ shape: BackupShape) { self.shape = shape }

  /// Adds the row at the cursor; the first one creates the table.
  mutating func take(
    _ schema: AvroSchema, _ cursor: inout AvroCursor, _ block: Span<UInt8>,
    _ connection: inout PostgresConnection
  ) throws {
    let file = try opened(schema, &connection)
    try RestoredRow(columns: file.columns).append(&cursor, block, to: &rows)
    if rows.count >= Self.pieceBytes { try send(&connection) }
  }

  /// Ends the rows and returns how many the server received.
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

/// The statements that replace a table's rows with the staged rows of a file.
///
/// `*=` compares the stored bytes, whereas `=` treats 1.5 and 1.50, or -0.0 and 0, as equal.
struct RestoreSwap {
  let shape: BackupShape
  let file: BackupFile

  /// The columns that can be written.
  private var written: [BackupFile.Column] { file.columns.filter { !$0.isGenerated } }

  private func value(_ column: BackupFile.Column) -> String {
    let name = "s.\(SQLText.identifier(column.name))"
    return column.form.isCast ? "\(name)::\(column.type)" : name
  }

  private var sameKey: String {
    shape.key.map { name in
      let column = file.columns.first { $0.name == name }
      return "t.\(SQLText.identifier(name)) = \(column.map(value) ?? "NULL")"
    }.joined(separator: " AND ")
  }

  private var same: String {
    """
    ROW(\(written.map { "t.\(SQLText.identifier($0.name))" }.joined(separator: ", ")))::record
      *= ROW(\(written.map(value).joined(separator: ", ")))::record
    """
  }

  /// Deletes the rows that differ from the file, or, unless they are kept, are not in it; inserts the
  /// file's; and returns how many were deleted and inserted.
  ///
  /// It is one statement, so that foreign keys of other tables are checked once, at its end. Counting
  /// the deleted rows completes the delete before the first insert, so that a unique value can move
  /// to another row.
  var swap: String {
    let staged = "SELECT FROM \(RestoreStaging.table) s WHERE \(sameKey) AND"
    let leaves =
      shape.table.onlyGrows ? "EXISTS (\(staged) NOT (\(same)))" : "NOT EXISTS (\(staged) \(same))"
    return """
      WITH gone AS (
        DELETE FROM \(shape.sql) t WHERE \(leaves) RETURNING 1
      ), come AS (
        INSERT INTO \(shape.sql) (\(SQLText.list(written.map(\.name)))) OVERRIDING SYSTEM VALUE
        SELECT \(written.map(value).joined(separator: ", ")) FROM \(RestoreStaging.table) s
        WHERE (SELECT count(*) FROM gone) >= 0
          AND NOT EXISTS (SELECT FROM \(shape.sql) t WHERE \(sameKey) AND \(same))
        RETURNING 1
      )
      SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM come)
      """
  }

  /// Counts the rows that must equal the file's.
  var count: String {
    let held = "WHERE EXISTS (SELECT FROM \(RestoreStaging.table) s WHERE \(sameKey))"
    return "SELECT count(*) FROM \(shape.sql) t \(shape.table.onlyGrows ? held : "")"
  }

  /// Advances sequences past the highest number in the table; they never go back.
  var numbering: [String] {
    shape.columns.compactMap { column in
      column.sequence.map { sequence in
        """
        SELECT setval(\(SQLText.literal(sequence)), highest) FROM (
          SELECT max(\(column.sql))::bigint AS highest FROM \(shape.sql)) present
        WHERE highest >= (SELECT last_value FROM \(sequence))
        """
      }
    }
  }
}
