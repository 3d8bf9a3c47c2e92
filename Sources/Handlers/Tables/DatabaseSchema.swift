internal import Datasets
internal import Postgres

/// Statements that upgrade our own tables from one state to the next; applied once.
package struct Migration {
  /// Its position among all migrations; each feature contributes its own.
  let version: Int64
  let sql: [UInt8]

  package init(version: Int64, sql: [UInt8]) {
    self.version = version
    self.sql = sql
  }

  /// The ledger's own.
  static let ledger = [
    Migration(version: 1, sql: PackageResources._001_ledger_sql),
    Migration(version: 3, sql: PackageResources._003_pending_sql),
    Migration(version: 4, sql: PackageResources._004_rejects_file_sql),
  ]
}

/// The tables that must exist before anything is loaded or read: those of the migrations and those
/// of the datasets.
struct DatabaseSchema {
  let migrations: [Migration]
  let datasets: [Dataset]

  /// Brings the database up to date, in one round trip if it already is.
  ///
  /// Workers that start at the same time wait for one another on an advisory lock.
  ///
  /// - Throws: ``DataPackageFault`` with the statement to run, for a table that cannot follow the
  ///   descriptor without a decision of yours.
  func prepare(_ connection: inout PostgresConnection) throws {
    let names = datasets.map(\.table)
    if let state = try SchemaState.read(names, &connection) {
      try check(state)
      if missing(state).isEmpty, try plans(state).allSatisfy({ $0.plan.isEmpty }) { return }
    }
    try connection.transaction { connection in
      try connection.execute(
        """
        SELECT pg_advisory_xact_lock(hashtextextended('sluice.migrations', 0));
        CREATE SCHEMA IF NOT EXISTS sluice;
        CREATE TABLE IF NOT EXISTS sluice.migrations (
          version bigint PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
        """)
      guard let state = try SchemaState.read(names, &connection) else { return }
      try check(state)
      for migration in missing(state) {
        try connection.execute(String(decoding: migration.sql, as: UTF8.self))
        try connection.run(
          "INSERT INTO sluice.migrations (version) VALUES ($1)", [.integer(migration.version)])
      }
      for (dataset, plan) in try plans(state) {
        try run(plan, of: dataset, &connection)
      }
    }
  }

  private func check(_ state: SchemaState) throws(DataPackageFault) {
    guard state.encoding == "UTF8" else {
      throw DataPackageFault(
        "cannot be kept in a database whose encoding is \(state.encoding); expected UTF8, which "
          + "holds every character a file may have")
    }
  }

  /// The migrations that have not been applied, in order.
  private func missing(_ state: SchemaState) -> [Migration] {
    migrations.filter { !state.migrations.contains($0.version) }
  }

  private func plans(
    _ state: SchemaState
  ) throws(DataPackageFault) -> [(dataset: Dataset, plan: TablePlan)] {
    try datasets.map { dataset throws(DataPackageFault) in
      (dataset, try TablePlan(dataset, state.tables[dataset.table]))
    }
  }

  private func run(
    _ plan: TablePlan, of dataset: Dataset, _ connection: inout PostgresConnection
  ) throws {
    if let first = plan.whenEmpty.first {
      let isEmpty = "SELECT NOT EXISTS (SELECT FROM \(SQLText.table(dataset.table)))"
      guard try connection.bool(isEmpty) else { throw first.refusal }
    }
    for statement in plan.always { try connection.execute(statement) }
    for (statement, _) in plan.whenEmpty { try connection.execute(statement) }
  }
}
