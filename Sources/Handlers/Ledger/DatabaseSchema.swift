internal import Postgres

/// Statements that bring tables of ours from one state to the next; applied once.
struct Migration {
  /// Its place among all migrations, of which each feature brings its own.
  let version: Int64
  let sql: [UInt8]

  static let ledger = Migration(version: 1, sql: PackageResources._001_ledger_sql)
}

/// The tables that must stand before anything is loaded or read: those of the migrations and the
/// datasets'.
struct DatabaseSchema {
  let migrations: [Migration]
  let package: DataPackage

  /// Brings the database up to date; two round trips when it already is.
  ///
  /// Workers that start at the same moment wait for one another on an advisory lock.
  func prepare(_ connection: inout PostgresConnection) throws {
    guard try !isPrepared(&connection) else { return }
    try connection.transaction { connection in
      try connection.execute(
        """
        SELECT pg_advisory_xact_lock(hashtextextended('sluice.migrations', 0));
        CREATE SCHEMA IF NOT EXISTS sluice;
        CREATE TABLE IF NOT EXISTS sluice.migrations (
          version bigint PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
        """)
      for migration in try missing(&connection) {
        try connection.execute(String(decoding: migration.sql, as: UTF8.self))
        try connection.run(
          "INSERT INTO sluice.migrations (version) VALUES ($1)", [.integer(migration.version)])
      }
      for dataset in package.datasets {
        try connection.execute(Self.createTable(dataset))
      }
    }
  }

  private func isPrepared(_ connection: inout PostgresConnection) throws -> Bool {
    let tables = package.datasets.map { SQLText.literal(SQLText.table($0.table)) }
    let present = tables.map { "to_regclass(\($0)) IS NOT NULL" }
      .joined(separator: " AND ")
    let isComplete = try connection.query(
      "SELECT to_regclass('sluice.migrations') IS NOT NULL AND \(present)"
    ) { result in try result.bool(row: 0, column: 0) }
    guard isComplete else { return false }
    return try missing(&connection).isEmpty
  }

  /// The migrations that are not applied yet, in order.
  private func missing(_ connection: inout PostgresConnection) throws -> [Migration] {
    let applied = try connection.query("SELECT version FROM sluice.migrations") { result in
      try (0..<result.rowCount).map { row in Int64(try result.int(row: row, column: 0)) }
    }
    return migrations.filter { !applied.contains($0.version) }
  }

  /// The statement that makes a dataset's table where there is none.
  static func createTable(_ dataset: Dataset) -> String {
    var lines = dataset.columns.map { column in
      "\(SQLText.identifier(column.name)) \(column.type.columnType)"
        + (column.isRequired ? " NOT NULL" : "")
    }
    lines.append("PRIMARY KEY (\(SQLText.list(dataset.key)))")
    return """
      CREATE TABLE IF NOT EXISTS \(SQLText.table(dataset.table)) (
        \(lines.joined(separator: ",\n  ")))
      """
  }
}
