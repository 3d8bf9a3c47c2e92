internal import Datasets
internal import Postgres
internal import Tables

/// Copying straight into a table that has no rows, without staging.
enum DirectCopy {
  /// Locks the table of a dataset for the rest of the transaction if it is empty and can be filled
  /// directly; returns whether it did.
  ///
  /// The tables of its family are locked too, as before a merge. It never waits: if another load
  /// holds one of them, this load stages its rows meanwhile.
  static func claim(
    _ dataset: Dataset, _ family: [Dataset], _ connection: inout PostgresConnection
  ) throws -> Bool {
    let merge = MergeStatements(dataset: dataset)
    guard !dataset.isJudgedInSQL, try connection.bool(merge.isOpenForCopy) else { return false }
    try connection.execute("SAVEPOINT sluice_claim")
    do {
      try connection.execute(MergeStatements.lock(family) + " NOWAIT")
      // Another load may have filled it before it was locked.
      if try connection.bool(merge.isOpenForCopy) {
        try connection.execute("RELEASE SAVEPOINT sluice_claim")
        return true
      }
    } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
      // The rollback to the savepoint clears the failure as well.
    }
    // The rollback also releases the lock.
    try connection.execute(
      "ROLLBACK TO SAVEPOINT sluice_claim; RELEASE SAVEPOINT sluice_claim")
    return false
  }
}

extension MergeStatements {
  /// The bits of `pg_trigger.tgtype` for triggers called for each row before it is inserted.
  private static let rowBeforeInsert = 0b111

  /// Copies rows straight into the table, for a load that has locked it.
  var copyTable: String {
    "COPY \(table) (\(SQLText.list(dataset.fields.map(\.name)))) "
      + "FROM STDIN (FORMAT binary)"
  }

  /// Whether the table accepts the rows as they are encoded, and has none yet.
  ///
  /// A table that was created or altered by hand may have other types, which only an INSERT
  /// converts to, rules and policies, which COPY ignores, or BEFORE triggers that may suppress a
  /// row.
  fileprivate var isOpenForCopy: String {
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
