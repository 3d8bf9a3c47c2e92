package import AWS
internal import Avro
package import LambdaRuntime
package import Postgres
internal import Tables

/// One restore of a table: its rows become those of a backup, in one transaction.
package struct Restore {
  let table: String
  /// Which backup; nil for the newest of the table.
  let backup: Int?
  let context: InvocationContext

  package init(table: String, backup: Int?, context: InvocationContext) {
    self.table = table
    self.backup = backup
    self.context = context
  }

  /// What a restore did.
  package struct Report: Equatable {
    package let id: Int
    package let table: String
    package let rows: Int
    /// The rows that were not as the backup has them, and those that came in their place.
    package let deleted: Int
    package let inserted: Int
  }

  /// Restores the table.
  ///
  /// - Throws: ``BackupFault``, or the database's error; nothing was changed then.
  package func run(
    _ connection: inout PostgresConnection, _ s3: inout S3Client
  ) throws -> Report {
    do {
      return try connection.transaction { connection in
        try limit(&connection)
        try connection.execute("SET LOCAL intervalstyle = 'postgres'")
        let source = try RestoreSource.find(backup, of: table, &connection)
        let shape = try BackupShape.read(table, &connection)
        try refuseCascades(&connection)
        let file = try fill(shape, source, &connection, &s3)
        let report = try swap(shape, file, source, &connection)
        try note(report, &connection)
        return report
      }
    } catch let error as PostgresError where error.sqlState?.classCode == "23" {
      throw BackupFault(violation: error, of: table)
    } catch {
      throw BackupFault.explaining(error, "the restore of \(table)")
    }
  }

  private func limit(_ connection: inout PostgresConnection) throws(PostgresError) {
  }

  /// Refuses a table whose rows would take rows of others with them when they are replaced.
  private func refuseCascades(_ connection: inout PostgresConnection) throws {
    let found = try connection.query(
      """
      SELECT conname, conrelid::regclass::text FROM pg_constraint
      WHERE contype = 'f' AND confrelid = to_regclass($1::text) AND confdeltype IN ('c', 'n', 'd')
      ORDER BY conname LIMIT 1
      """, [.text(SQLText.table(table))]
    ) { result in
      try (0..<result.rowCount).map {
        (try result.text(row: $0, column: 0), try result.text(row: $0, column: 1))
      }
    }
    guard let (constraint, other) = found.first else { return }
    throw BackupFault(
      .stillReferenced,
      "the constraint \(constraint) of \(other) would change its rows when those of \(table) are "
        + "replaced; drop it, restore, and add it again")
  }

  /// Brings the file's rows into a temporary table.
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
      throw BackupFault(.objectDamaged, "the file of \(table) has no schema")
    }
    let (file, copied) = try staging.finish(schema, &connection)
    guard digest.finish() == source.sha256, reader.rows == source.rows, copied == source.rows
    else {
      throw BackupFault(
        .objectDamaged,
        "the object s3://\(source.object.bucket)/\(source.object.key) is not what was written: "
          + "\(copied) rows came, and the backup had \(source.rows), or its bytes differ")
    }
    return file
  }

  /// Makes the table's rows those of the temporary table.
  ///
  /// Rows that are the same bit for bit stay where they are. Others who read see all of the old rows
  /// or all of the new ones, and wait for nothing; others who write wait.
  private func swap(
    _ shape: BackupShape, _ file: BackupFile, _ source: RestoreSource,
    _ connection: inout PostgresConnection
  ) throws -> Report {
    let swap = RestoreSwap(shape: shape, file: file)
    try limit(&connection)
    try connection.execute("ANALYZE \(RestoreStaging.table)")
    try connection.execute("LOCK TABLE \(shape.sql) IN SHARE ROW EXCLUSIVE MODE")
    try limit(&connection)
    let (deleted, inserted) = try connection.query(swap.swap) { result in
      (try result.int(row: 0, column: 0), try result.int(row: 0, column: 1))
    }
    try limit(&connection)
    let rows = try connection.query(swap.count) { result in
      try result.int(row: 0, column: 0)
    }
    // A trigger of the table's may have had a mind of its own.
    guard rows == source.rows else {
      throw BackupFault(
        .objectDamaged,
        "\(table) would have \(rows) rows, and the backup had \(source.rows); is there a trigger?")
    }
    try requirePlaces(&connection)
    for statement in swap.numbering { try connection.execute(statement) }
    return Report(
      id: source.id, table: table, rows: rows, deleted: deleted, inserted: inserted)
  }

  /// Refuses postings of which the backup names places that are gone.
  private func requirePlaces(_ connection: inout PostgresConnection) throws {
    guard table == "postings" else { return }
    try limit(&connection)
    let missing = try connection.query(
      """
      SELECT count(DISTINCT place) FROM public.postings p CROSS JOIN unnest(p.place_ids) place
      WHERE NOT EXISTS (SELECT FROM public.posting_places l WHERE l.id = place)
      """
    ) { result in try result.int(row: 0, column: 0) }
    guard missing == 0 else {
      throw BackupFault(
        .noParent,
        "the postings of the backup name \(missing) places that are not in posting_places; restore "
          + "a backup of posting_places that holds them first")
    }
  }

  /// Writes the restore into the ledger.
  ///
  /// What a load had brought may be gone now, so the content that was loaded is no reason any more to
  /// skip the same content when it is uploaded again.
  private func note(_ report: Report, _ connection: inout PostgresConnection) throws {
    try limit(&connection)
    try connection.run(
      """
      INSERT INTO sluice.restores (backup, table_name, rows, deleted, inserted, request_id)
      VALUES ($1, $2, $3, $4, $5, $6)
      """,
      [
        .integer(report.id), .text(table), .integer(report.rows), .integer(report.deleted),
        .integer(report.inserted), .text(context.requestID),
      ])
    try connection.run(
      "UPDATE sluice.loads SET etag = NULL WHERE table_name = $1 AND etag IS NOT NULL",
      [.text(table)])
  }
}
