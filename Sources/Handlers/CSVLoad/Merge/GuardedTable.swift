internal import Datasets
internal import Postgres
internal import Tables

/// The table that a merge writes to.
///
/// A trigger may pass over a row, a rule may lead it elsewhere and a policy may hide it, and the server
/// still answers that all is well. A table that has any of them is asked before and after; others are
/// taken at the server's word, which costs nothing.
struct GuardedTable {
  /// How many rows were written.
  struct Written {
    var inserted = 0
    var updated = 0
  }

  private let merge: MergeStatements
  private let isGuarded: Bool

  /// Looks at a table that is locked, so that nobody can give it a trigger meanwhile.
  init(_ merge: MergeStatements, _ connection: inout PostgresConnection) throws {
    self.merge = merge
    isGuarded = try connection.row(merge.isGuarded) { row in try row.bool() }
  }

  /// Updates the rows that differ and inserts those that are absent.
  func write(
    isEmpty: Bool, _ connection: inout PostgresConnection
  ) throws -> Written {
    let expected = isGuarded ? try expected(&connection) : nil
    var written = Written()
    if !isEmpty, merge.dataset.mode != .append, let update = merge.update {
      written.updated = try connection.run(update)
    }
    written.inserted = try connection.run(isEmpty ? merge.insertAll : merge.insert)
    guard let expected else { return written }
    // Rows may arrive by a way of the table's own, as in partitions that a trigger fills.
    let absent = try count(merge.countAbsent, &connection)
    try requireNone(
      absent + abs(expected.updated - written.updated), of: "records did not arrive in")
    return expected
  }

  /// Deletes the rows that the source does not hold, and says how many they were.
  func deleteAbsent(_ connection: inout PostgresConnection) throws -> Int {
    let deleted = try connection.run(merge.deleteAbsent)
    if isGuarded {
      try requireNone(
        try count(merge.countSurplus, &connection), of: "rows could not be deleted from")
    }
    return deleted
  }

  /// Makes sure that a table which was empty holds so many rows.
  func require(rows: Int, _ connection: inout PostgresConnection) throws {
    guard isGuarded else { return }
    try requireNone(
      abs(rows - count(merge.countRows, &connection)), of: "records did not arrive in")
  }

  private func expected(_ connection: inout PostgresConnection) throws -> Written {
    try connection.row(merge.countExpected) { row in
      Written(inserted: try row.int(), updated: try row.int())
    }
  }

  private func count(_ question: String, _ connection: inout PostgresConnection) throws -> Int {
    try connection.row(question) { row in try row.int() }
  }

  private func requireNone(_ count: Int, of what: String) throws(LoadFault) {
    guard count != 0 else { return }
    throw LoadFault(
      .countMismatch,
      "\(count) \(what) \(merge.dataset.table): a trigger, rule or row security policy of the table "
        + "passes over them or hides them; expected one that does not; nothing was changed",
      isRetriable: true)
  }
}

extension MergeStatements {
  /// Whether something of the table's own has a say in what becomes of a row.
  var isGuarded: String {
    """
    SELECT c.relhasrules OR row_security_active(c.oid) OR c.relkind = 'r' AND c.relhassubclass
      OR \(hasTrigger())
    FROM pg_class c WHERE c.oid = \(SQLText.literal(SQLText.table(dataset.table)))::regclass
    """
  }

  /// Whether the table `c`, or a partition of it, has a trigger of such a kind, in which every bit of
  /// `pg_trigger.tgtype` is set that is given.
  func hasTrigger(kind: Int = 0) -> String {
    """
    EXISTS (SELECT FROM pg_trigger g
      WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & \(kind) = \(kind)
        AND (g.tgrelid = c.oid OR g.tgrelid IN (SELECT relid FROM pg_partition_tree(c.oid))))
    """
  }

  /// How many rows of the source the table does not hold by their keys, and how many differ there.
  fileprivate var countExpected: String {
    let key = SQLText.identifier(dataset.key[0])
    let differs = dataset.mode == .append ? nil : difference
    return """
      SELECT count(*) FILTER (WHERE t.\(key) IS NULL),
        count(*) FILTER (WHERE t.\(key) IS NOT NULL AND \(differs ?? "false"))
      FROM \(source) s LEFT JOIN \(SQLText.table(dataset.table)) t
        ON \(equal(dataset.key, "t", "s"))
      """
  }

  /// How many rows of the source the table does not hold by their keys.
  fileprivate var countAbsent: String {
    """
    SELECT count(*) FROM \(source) s WHERE NOT EXISTS (
      SELECT 1 FROM \(SQLText.table(dataset.table)) t WHERE \(equal(dataset.key, "t", "s")))
    """
  }

  /// How many rows of the table the source does not hold by their keys.
  fileprivate var countSurplus: String {
    """
    SELECT count(*) FROM \(SQLText.table(dataset.table)) t WHERE NOT EXISTS (
      SELECT 1 FROM \(source) s WHERE \(equal(dataset.key, "t", "s")))
    """
  }

  fileprivate var countRows: String { "SELECT count(*) FROM \(SQLText.table(dataset.table))" }
}
