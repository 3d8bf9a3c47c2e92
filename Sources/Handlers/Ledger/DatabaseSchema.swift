internal import Postgres

/// The tables that must stand before anything is loaded or read: the ledger's and the datasets'.
struct DatabaseSchema {
  /// Numbered migrations in order; each is applied once, in one transaction with its record.
  private static let migrations: [(version: Int64, sql: [UInt8])] = [
    (1, PackageResources._001_ledger_sql)
  ]

  /// Brings the database up to date; one round trip when it already is.
  ///
  /// Workers that start at the same moment wait for one another on an advisory lock.
  static func prepare(
    _ connection: inout PostgresConnection, for package: DataPackage
  ) throws {
    guard try !isPrepared(&connection, for: package) else { return }
    try connection.transaction { connection in
      try connection.execute(
        """
        SELECT pg_advisory_xact_lock(hashtextextended('sluice.migrations', 0));
        CREATE SCHEMA IF NOT EXISTS sluice;
        CREATE TABLE IF NOT EXISTS sluice.migrations (
          version bigint PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
        """)
      let applied = try connection.query(
        "SELECT coalesce(max(version), 0) FROM sluice.migrations"
      ) { result in try result.int(row: 0, column: 0) }
      for (version, sql) in migrations where version > applied {
        try connection.execute(String(decoding: sql, as: UTF8.self))
        try connection.run(
          "INSERT INTO sluice.migrations (version) VALUES ($1)", [.integer(version)])
      }
      for dataset in package.datasets {
        try connection.execute(createTable(dataset))
      }
    }
  }

  private static func isPrepared(
    _ connection: inout PostgresConnection, for package: DataPackage
  ) throws -> Bool {
    let tables = package.datasets.map { SQLText.literal(SQLText.table($0.table)) }
    let present = tables.map { "to_regclass(\($0)) IS NOT NULL" }
      .joined(separator: " AND ")
    let isComplete = try connection.query(
      "SELECT to_regclass('sluice.migrations') IS NOT NULL AND \(present)"
    ) { result in try result.bool(row: 0, column: 0) }
    guard isComplete else { return false }
    let newest = migrations.last?.version ?? 0
    return try connection.query("SELECT coalesce(max(version), 0) FROM sluice.migrations") {
      result in try result.int(row: 0, column: 0) >= newest
    }
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
