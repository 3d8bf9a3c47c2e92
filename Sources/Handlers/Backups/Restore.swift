package import AWS
internal import Avro
package import LambdaRuntime
package import Postgres
package import Tables

/// One restore of a table: replaces its rows with those of a backup, in one transaction.
package struct Restore {
  private let table: PublicTable
  /// The id of the backup; nil for the table's newest.
  private let backup: Int?
  private let context: InvocationContext

  package init(table: PublicTable, backup: Int?, context: InvocationContext) {
    self.table = table
    self.backup = backup
    self.context = context
  }

  /// What a restore did.
  package struct Report: Equatable {
    package let id: Int
    package let table: String
    package let rows: Int
    /// How many rows differed from the backup, and how many replaced them.
    package let deleted: Int
    package let inserted: Int
  }

  /// Restores the table.
  ///
  /// - Throws: ``BackupFault``, or the database's error; the table is unchanged then.
  package func run(
    _ connection: inout PostgresConnection, _ s3: inout S3Client
  ) throws -> Report {
    do {
      return try connection.transaction { connection in
        let source = try RestoreSource.find(backup, of: table.name, &connection)
        let shape = try BackupShape.read(table, &connection)
        try refuseCascades(&connection)
        let file = try fill(shape, source, &connection, &s3)
        let report = try swap(shape, file, source, &connection)
        try note(report, &connection)
        return report
      }
    } catch let error as PostgresError where error.sqlState?.classCode == "23" {
      throw BackupFault(violation: error, of: table.name)
    } catch {
      throw BackupFault.explaining(error, "the restore of \(table.name)")
    }
  }

  /// Rejects a table if replacing its rows would cascade to other tables.
  private func refuseCascades(_ connection: inout PostgresConnection) throws {
    let found = try connection.rowIfPresent(
      """
      SELECT conname, conrelid::regclass::text FROM pg_constraint
      WHERE contype = 'f' AND confrelid = to_regclass($1::text) AND confdeltype IN ('c', 'n', 'd')
      ORDER BY conname LIMIT 1
      """, [.text(SQLText.table(table.name))]
    ) { row in (try row.text(), try row.text()) }
    guard let (constraint, other) = found else { return }
    throw BackupFault(
      .stillReferenced,
      "the constraint \(constraint) of \(other) would change its rows when those of \(table.name) are "
        + "replaced; drop it, restore, and add it again")
  }

  /// Loads the file's rows into a temporary table.
  private func fill(
    _ shape: BackupShape, _ source: RestoreSource, _ connection: inout PostgresConnection,
    _ s3: inout S3Client
  ) throws -> BackupFile {
    var staging = RestoreStaging(shape)
    var reader = try AvroReader()
    var digest = RunningDigest()
    _ = try s3.download(
      source.object, timeout: context.deadline.remaining - Backup.margin
    ) { _, bytes in
      digest.update(bytes)
      try reader.consume(bytes) { schema, cursor, block in
        try staging.take(schema, &cursor, block, &connection)
      }
    }
    try reader.finish()
    guard let schema = reader.schema else {
      throw BackupFault(.objectDamaged, "the file of \(table.name) has no schema")
    }
    let (file, copied) = try staging.finish(schema, &connection)
    guard Digest.hex(digest.finish()) == source.sha256, reader.rows == source.rows,
      copied == source.rows
    else {
      throw BackupFault(
        .objectDamaged,
        "the object s3://\(source.object.bucket)/\(source.object.key) is not what was written: "
          + "\(copied) rows came, and the backup had \(source.rows), or its bytes differ")
    }
    return file
  }

  /// Replaces the table's rows with those of the temporary table.
  ///
  /// Rows that are identical are not touched. Concurrent readers see either all old or all new rows
  /// and do not wait; concurrent writers wait.
  private func swap(
    _ shape: BackupShape, _ file: BackupFile, _ source: RestoreSource,
    _ connection: inout PostgresConnection
  ) throws -> Report {
    let swap = RestoreSwap(shape: shape, file: file)
    try connection.execute("ANALYZE \(RestoreStaging.table)")
    try connection.execute("LOCK TABLE \(shape.sql) IN SHARE ROW EXCLUSIVE MODE")
    let (deleted, inserted) = try connection.row(swap.swap) { (try $0.int(), try $0.int()) }
    let rows = try connection.row(swap.count) { try $0.int() }
    // A trigger of the table may have changed rows.
    guard rows == source.rows else {
      throw BackupFault(
        .objectDamaged,
        "\(table.name) would have \(rows) rows, and the backup had \(source.rows); is there a trigger?"
      )
    }
    try requireElements(&connection)
    for statement in swap.numbering { try connection.execute(statement) }
    return Report(
      id: source.id, table: table.name, rows: rows, deleted: deleted, inserted: inserted)
  }

  /// Rejects the restore if rows refer to rows of another table that no longer exist.
  private func requireElements(_ connection: inout PostgresConnection) throws {
    guard let elements = table.elements else { return }
    let other = elements.table
    let missing = try connection.row(
      """
      SELECT count(DISTINCT element) FROM \(SQLText.table(table.name)) t
      CROSS JOIN unnest(t.\(SQLText.identifier(elements.column))) element
      WHERE NOT EXISTS (SELECT FROM \(SQLText.table(other)) o WHERE o.id = element)
      """
    ) { row in try row.int() }
    guard missing == 0 else {
      throw BackupFault(
        .noParent,
        "the \(table.name) of the backup name \(missing) \(elements.noun) that are not in \(other); "
          + "restore a backup of \(other) that holds them first")
    }
  }

  /// Records the restore in the ledger.
  ///
  /// The restore may have removed rows of earlier loads, so it clears their ETags: uploading the same
  /// content again must load it again.
  private func note(_ report: Report, _ connection: inout PostgresConnection) throws {
    try connection.run(
      """
      INSERT INTO sluice.restores (backup, table_name, rows, deleted, inserted, request_id)
      VALUES ($1, $2, $3, $4, $5, $6)
      """,
      [
        .integer(report.id), .text(report.table), .integer(report.rows), .integer(report.deleted),
        .integer(report.inserted), .text(context.requestID),
      ])
    try connection.run(
      "UPDATE sluice.loads SET etag = NULL WHERE table_name = $1 AND etag IS NOT NULL",
      [.text(report.table)])
  }
}

/// The finished backup to restore from.
struct RestoreSource {
  let id: Int
  let object: S3Object
  let rows: Int
  /// In hexadecimal digits.
  let sha256: String

  /// Finds a backup of a table, by default the newest, and locks it against removal until the
  /// transaction ends.
  static func find(
    _ id: Int?, of table: String, _ connection: inout PostgresConnection
  ) throws -> RestoreSource {
    let source = try connection.rowIfPresent(
      """
      SELECT id, bucket, key, rows, encode(sha256, 'hex') FROM sluice.backups
      WHERE table_name = $1 AND finished_at IS NOT NULL AND ($2::bigint IS NULL OR id = $2)
      ORDER BY id DESC LIMIT 1 FOR UPDATE
      """, [.text(table), .integer(ifPresent: id.map { Int64($0) })]
    ) { row in
      RestoreSource(
        id: try row.int(), object: S3Object(bucket: try row.text(), key: try row.text()),
        rows: try row.int(), sha256: try row.text())
    }
    guard let source else {
      throw BackupFault(
        .noBackup,
        id.map { "there is no backup \($0) of \(table)" } ?? "there is no backup of \(table)")
    }
    return source
  }
}
