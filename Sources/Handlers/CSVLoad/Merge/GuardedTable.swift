internal import Datasets
internal import Postgres
internal import Tables

/// The table that a merge writes to.
///
/// A trigger may suppress a row, a rule may redirect it and a policy may hide it, and the server
/// still reports success. A table with any of them is queried before and after the merge; for all
/// others, the server's counts are trusted, which costs nothing.
struct GuardedTable {
  /// How many rows were written.
  typealias Written = (inserted: Int, updated: Int)

  private let merge: MergeStatements
  private let isGuarded: Bool

  /// Inspects a table that is locked, so that nobody can add a trigger meanwhile.
  init(_ merge: MergeStatements, _ connection: inout PostgresConnection) throws {
    self.merge = merge
    isGuarded = try connection.bool(merge.isGuarded)
  }

  /// Updates the rows that differ and inserts those that are absent.
  func write(
    isEmpty: Bool, _ connection: inout PostgresConnection
  ) throws -> Written {
    let expected =
      isGuarded
      ? try connection.row(merge.countExpected) { row in
        (inserted: try row.int(), updated: try row.int())
      } : nil
    var written: Written = (0, 0)
    if !isEmpty, merge.dataset.mode != .append, let update = merge.update {
      written.updated = try connection.run(update)
    }
    written.inserted = try connection.run(isEmpty ? merge.insertAll : merge.insert)
    guard let expected else { return written }
    // Rows may arrive in the table's own way, as in partitions that a trigger fills.
    let absent = try connection.int(merge.countAbsent)
    try requireNone(
      absent + abs(expected.updated - written.updated), of: "records did not arrive in")
    return expected
  }

  /// Deletes the rows that are not in the source and returns how many they were.
  func deleteAbsent(_ connection: inout PostgresConnection) throws -> Int {
    let deleted = try connection.run(merge.deleteAbsent)
    if isGuarded {
      try requireNone(connection.int(merge.countSurplus), of: "rows could not be deleted from")
    }
    return deleted
  }

  /// Checks that a table that was empty has that many rows now.
  func require(rows: Int, _ connection: inout PostgresConnection) throws {
    guard isGuarded else { return }
    try requireNone(
      abs(rows - connection.int(merge.countRows)), of: "records did not arrive in")
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
  /// Whether a trigger, rule or policy of the table can change what happens to a row.
  var isGuarded: String {
    """
    SELECT c.relhasrules OR row_security_active(c.oid) OR c.relkind = 'r' AND c.relhassubclass
      OR \(hasTrigger())
    FROM pg_class c WHERE c.oid = \(SQLText.literal(table))::regclass
    """
  }

  /// Whether the table `c`, or a partition of it, has a trigger whose `pg_trigger.tgtype` has all
  /// the given bits set.
  func hasTrigger(kind: Int = 0) -> String {
    """
    EXISTS (SELECT FROM pg_trigger g
      WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & \(kind) = \(kind)
        AND (g.tgrelid = c.oid OR g.tgrelid IN (SELECT relid FROM pg_partition_tree(c.oid))))
    """
  }

  /// How many rows of the source have keys that are not in the table, and how many differ there.
  fileprivate var countExpected: String {
    let key = SQLText.identifier(dataset.key[0])
    let differs = dataset.mode == .append ? nil : difference
    return """
      SELECT count(*) FILTER (WHERE t.\(key) IS NULL),
        count(*) FILTER (WHERE t.\(key) IS NOT NULL AND \(differs ?? "false"))
      FROM \(source) s LEFT JOIN \(table) t
        ON \(sameKey)
      """
  }

  /// How many rows of the source have keys that are not in the table.
  fileprivate var countAbsent: String {
    """
    SELECT count(*) FROM \(source) s WHERE \(isNew)
    """
  }

  /// How many rows of the table have keys that are not in the source.
  fileprivate var countSurplus: String {
    """
    SELECT count(*) FROM \(table) t WHERE \(isAbsent)
    """
  }

  fileprivate var countRows: String { "SELECT count(*) FROM \(table)" }
}
