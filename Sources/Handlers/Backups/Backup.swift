package import AWS
internal import Avro
internal import Datasets
package import LambdaRuntime
package import Postgres
package import Tables

// How this works
//
// A row without finished_at is committed first, so that the next backup of the table can clean up if
// this one is interrupted. Then COPY, in one snapshot, sends the table row by row through the Avro
// writer into the parts of the object; only one part is in memory. Setting finished_at completes the
// backup.

/// One backup of a table: a snapshot of all its rows, as an Avro file in S3.
package struct Backup {
  /// The time reserved for cleaning up a failed backup.
  static let margin = Duration.seconds(3)

  private let table: PublicTable
  private let settings: BackupSettings
  private let context: InvocationContext

  package init(table: PublicTable, settings: BackupSettings, context: InvocationContext) {
    self.table = table
    self.settings = settings
    self.context = context
  }

  /// A finished backup.
  package struct Report: Equatable {
    package let id: Int
    package let table: String
    package let rows: Int
    package let bytes: Int
    package let bucket: String
    package let key: String
    /// In ISO 8601 format.
    package let createdAt: String
  }

  /// Makes the backup, then removes backups that exceed the retention.
  ///
  /// - Throws: ``BackupFault``, or the database's error; nothing is left behind then.
  package func run(
    _ connection: inout PostgresConnection, _ s3: inout S3Client
  ) throws -> Report {
    guard let bucket = settings.bucket else {
      throw BackupFault(
        .noBucket, "SLUICE_BUCKETS names no bucket for backups; expected its first one to be it")
    }
    let (id, key) = try begin(bucket, &connection)
    let cleaning = BackupCleaning(context: context)
    let report: Report
    do {
      let object = S3Object(bucket: bucket, key: key)
      let written = try write(object, &connection, &s3)
      report = try finish(id, object, written, &connection)
    } catch {
      cleaning.discard(id, &connection, &s3)
      throw BackupFault.explaining(error, "the backup of \(table.name)")
    }
    cleaning.retain(settings.retention, of: table.name, &connection, &s3)
    return report
  }

  private func begin(
    _ bucket: String, _ connection: inout PostgresConnection
  ) throws -> (id: Int, key: String) {
    try connection.row(
      """
      INSERT INTO sluice.backups (id, table_name, bucket, key, created_at, request_id)
      SELECT id, $1::text, $2, format('\(ReservedPrefix.backups)%s/%s-%s.avro', $1::text,
        to_char(at AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'), id), at, $3
      FROM (SELECT nextval(pg_get_serial_sequence('sluice.backups', 'id')) AS id,
        clock_timestamp() AS at) new
      RETURNING id, key
      """, [.text(table.name), .text(bucket), .text(context.requestID)]
    ) { row in (try row.int(), try row.text()) }
  }

  /// What was written.
  private struct Written {
    var rows = 0
    var bytes = 0
    var sha256: [UInt8] = []
    var fingerprint = ""
  }

  private func write(
    _ object: S3Object, _ connection: inout PostgresConnection, _ s3: inout S3Client
  ) throws -> Written {
    connection.setTimeLeft(context.deadline.remaining - Self.margin)
    return try connection.transaction(.snapshot) { connection in
      let shape = try BackupShape.read(table, &connection)
      let file = try columns(shape, &connection)
      var written = Written()
      written.fingerprint = shape.fingerprint
      try s3.upload(
        object, contentType: "application/avro",
        timeout: context.deadline.remaining - Self.margin
      ) { upload in try copy(shape, file, to: &upload, &connection, &written) }
      return written
    }
  }

  private func copy(
    _ shape: BackupShape, _ file: BackupFile, to upload: inout S3UploadWriter,
    _ connection: inout PostgresConnection, _ written: inout Written
  ) throws {
    var writer = try AvroWriter(file.schema(name: table.name))
    var digest = RunningDigest()
    func send(_ bytes: [UInt8]) throws {
      digest.update(bytes.span)
      written.bytes += bytes.count
      try upload.write(bytes)
    }
    try send(writer.header())
    let row = BackupRow(columns: file.columns)
    let fields = file.columns.map { column in
      let name = SQLText.identifier(column.name)
      return column.form.isCast ? "\(name)::text" : name
    }
    let copied = try connection.copyOut(
      """
      COPY (SELECT \(fields.joined(separator: ", ")) FROM \(shape.sql)
      ORDER BY \(SQLText.list(shape.key))) TO STDOUT (FORMAT binary)
      """
    ) { message in
      guard try row.write(message, to: &writer) else { return }
      if let block = try writer.endRow() { try send(block) }
    }
    if let block = try writer.finish() { try send(block) }
    guard copied == writer.rows else {
      throw BackupFault(
        .databaseRefused, "\(copied) rows were read and \(writer.rows) were written")
    }
    written.rows = copied
    written.sha256 = digest.finish()
  }

  /// The file's columns: dates and times are text if some readers do not support all their values.
  private func columns(
    _ shape: BackupShape, _ connection: inout PostgresConnection
  ) throws -> BackupFile {
    let judged = shape.columns.compactMap { column in
      column.form.isCommon(column.sql).map { (column, "coalesce(bool_and(\($0)), true)") }
    }
    guard !judged.isEmpty else { return BackupFile(shape) { _ in true } }
    let isCommon = try connection.row(
      "SELECT \(judged.map(\.1).joined(separator: ", ")) FROM \(shape.sql)"
    ) { row in
      try judged.map { _ in try row.bool() }
    }
    return BackupFile(shape) { column in
      judged.firstIndex { $0.0 == column }.map { isCommon[$0] } ?? true
    }
  }

  private func finish(
    _ id: Int, _ object: S3Object, _ written: Written, _ connection: inout PostgresConnection
  ) throws -> Report {
    connection.setTimeLeft(context.deadline.remaining - Database.margin)
    return try connection.row(
      """
      UPDATE sluice.backups SET rows = $2, bytes = $3, sha256 = $4, schema_fingerprint = $5,
        finished_at = clock_timestamp()
      WHERE id = $1 RETURNING to_json(created_at) #>> '{}'
      """,
      [
        .integer(id), .integer(written.rows), .integer(written.bytes), .bytes(written.sha256),
        .text(written.fingerprint),
      ]
    ) { row in
      Report(
        id: id, table: table.name, rows: written.rows, bytes: written.bytes, bucket: object.bucket,
        key: object.key, createdAt: try row.text())
    }
  }
}

/// The bucket of backups and how many are retained.
package struct BackupSettings: Sendable {
  /// The first bucket of `SLUICE_BUCKETS`.
  let bucket: String?
  /// How many backups of each table to retain; 0 for all.
  let retention: Int

  private static let usualRetention = 7

  package init(bucket: String?, variables: EnvironmentVariables) throws(SettingError) {
    self.bucket = bucket
    guard let text = variables["BACKUP_RETENTION"], !text.isEmpty else {
      retention = Self.usualRetention
      return
    }
    guard let number = Int(text), (0...1_000_000).contains(number) else {
      throw SettingError(
        variable: "BACKUP_RETENTION",
        expected: "how many backups of a table are kept, as 7, or 0 for all of them")
    }
    retention = number
  }
}

extension Migration {
  /// The tables of backups and restores.
  package static let backups = Migration(version: 5, sql: PackageResources._005_backups_sql)
}
