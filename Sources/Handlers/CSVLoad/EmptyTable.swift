internal import Datasets
internal import Postgres

/// A table without rows, which a load may fill by COPY and without staging.
enum EmptyTable {
  /// Locks the table of a dataset for the rest of the transaction, if it is empty and can be filled
  /// so; says whether it did.
  ///
  /// With it the tables of its family are locked, as before a merge. Never waits: when another load
  /// has one of them, this one has all its time to stage its rows.
  static func claim(
    _ dataset: Dataset, _ family: [Dataset], _ connection: inout PostgresConnection
  ) throws -> Bool {
    let merge = Merge(dataset: dataset)
    guard !dataset.isJudgedInSQL, try isOpen(merge, &connection) else { return false }
    try connection.execute("SAVEPOINT sluice_claim")
    do {
      try connection.execute(Merge.lock(family) + " NOWAIT")
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
    _ merge: Merge, _ connection: inout PostgresConnection
  ) throws -> Bool {
    try connection.query(merge.isOpenForCopy) { result in try result.bool(row: 0, column: 0) }
  }
}
