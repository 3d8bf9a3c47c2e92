internal import Datasets
internal import Postgres
internal import Tables

/// A table without rows, which a load may fill by COPY and without staging.
enum DirectCopy {
  /// Locks the table of a dataset for the rest of the transaction, if it is empty and can be filled
  /// so; says whether it did.
  ///
  /// With it the tables of its family are locked, as before a merge. Never waits: when another load
  /// has one of them, this one has all its time to stage its rows.
  static func claim(
    _ dataset: Dataset, _ family: [Dataset], _ connection: inout PostgresConnection
  ) throws -> Bool {
    let merge = MergeStatements(dataset: dataset)
    guard !dataset.isJudgedInSQL, try isOpen(merge, &connection) else { return false }
    try connection.execute("SAVEPOINT sluice_claim")
    do {
      try connection.execute(MergeStatements.lock(family) + " NOWAIT")
      // It may have been filled before it was locked.
      if try isOpen(merge, &connection) {
        try connection.execute("RELEASE SAVEPOINT sluice_claim")
        return true
      }
    } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
      // The savepoint takes back the failure as well.
    }
    // The lock goes with what came after the savepoint.
    try connection.execute(
      "ROLLBACK TO SAVEPOINT sluice_claim; RELEASE SAVEPOINT sluice_claim")
    return false
  }

  private static func isOpen(
    _ merge: MergeStatements, _ connection: inout PostgresConnection
  ) throws -> Bool {
    try connection.row(merge.isOpenForCopy) { row in try row.bool() }
  }
}

extension MergeStatements {
  /// The bits of `pg_trigger.tgtype` for what is called for each row before it is inserted.
  private static let rowBeforeInsert = 0b111

  /// Takes rows straight into the table, for a load that has it locked.
  var copyTable: String {
    "COPY \(SQLText.table(dataset.table)) (\(SQLText.list(dataset.fields.map(\.name)))) "
      + "FROM STDIN (FORMAT binary)"
  }

  /// Whether the table can take the rows as they are encoded, and holds none yet.
  ///
  /// A table that was made or changed by hand may have other types, which only an INSERT converts
  /// to, rules and policies, which COPY does not obey, or triggers that see each row before it goes
  /// in and may keep it out.
  fileprivate var isOpenForCopy: String {
    let table = SQLText.table(dataset.table)
    let columns = dataset.fields.map {
      "(\(SQLText.literal($0.name)), \(SQLText.literal($0.type.traits.sql))::regtype)"
    }
    return """
      SELECT c.relkind IN ('r', 'p') AND NOT c.relhasrules AND NOT row_security_active(c.oid)
        AND NOT \(hasTrigger(kind: Self.rowBeforeInsert))
        AND \(columns.count) = (
          SELECT count(*) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND (a.attname, a.atttypid) IN (\(columns.joined(separator: ", "))))
        AND NOT EXISTS (SELECT 1 FROM \(table)) AND NOT (\(hasPending))
      FROM pg_class c WHERE c.oid = \(SQLText.literal(table))::regclass
      """
  }
}
