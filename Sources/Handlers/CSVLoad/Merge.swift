internal import Postgres

/// The statements that turn a staged file into rows of the table.
///
/// The table is locked against other writers, changed rows are updated, absent ones inserted: on
/// unchanged rows this writes nothing at all, where `ON CONFLICT` would lock and log each of them.
struct Merge {
  let dataset: Dataset

  /// The temporary table that takes the file's records as they come.
  static let staging = "sluice_staging"
  /// Columns that say where a staged record stands, for datasets whose rows can still be refused.
  static let positions = ["sluice_record", "sluice_line", "sluice_offset", "sluice_raw"]

  var createStaging: String {
    var lines = dataset.fields.map {
      "\(SQLText.identifier($0.name)) \($0.type.columnType)"
    }
    if dataset.isDerived {
      lines += ["sluice_record bigint", "sluice_line bigint", "sluice_offset bigint"]
      lines += ["sluice_raw bytea"]
    }
    return "CREATE TEMPORARY TABLE \(Self.staging) (\(lines.joined(separator: ", "))) "
      + "ON COMMIT DROP"
  }

  var copyStaging: String { "COPY \(Self.staging) FROM STDIN (FORMAT binary)" }

  /// Computes the derived columns once, into the table that the merge then reads.
  var derive: String {
    let columns = dataset.columns.map { column in
      let name = SQLText.identifier(column.name)
      guard let expression = column.expression else { return name }
      return "(\(expression))::\(column.type.columnType) AS \(name)"
    }
    return """
      CREATE TEMPORARY TABLE sluice_derived ON COMMIT DROP AS
      SELECT \((columns + Self.positions).joined(separator: ", "))
      FROM \(Self.staging) ORDER BY sluice_record
      """
  }

  /// The table the merge reads: the staged records, or the rows derived from them.
  var source: String { dataset.isDerived ? "sluice_derived" : Self.staging }

  /// Moves rows whose required derived columns came out NULL to the rejects of load `$1`.
  ///
  /// Answers with the places of the first `$2` of them, and how many there are beside each.
  var moveRefused: String? {
    let derived = dataset.columns.filter { $0.isRequired && $0.expression != nil }
    guard !derived.isEmpty else { return nil }
    let isRefused = derived.map { "\(SQLText.identifier($0.name)) IS NULL" }
      .joined(separator: " OR ")
    let column = derived.map {
      "WHEN \(SQLText.identifier($0.name)) IS NULL THEN \(SQLText.literal($0.name))"
    }.joined(separator: " ")
    return """
      WITH refused AS (
        DELETE FROM \(source) WHERE \(isRefused)
        RETURNING sluice_record, sluice_line, sluice_offset, CASE \(column) END AS name, sluice_raw),
      moved AS (
        INSERT INTO sluice.rejects
          (load, record, line, byte_offset, column_name, code, reason, raw)
        SELECT $1, sluice_record, sluice_line, sluice_offset, name, 'missing',
          name || ' cannot be derived from the record', convert_from(sluice_raw, 'UTF8')
        FROM refused
        RETURNING record, line, byte_offset, column_name, code, reason)
      SELECT *, count(*) OVER () FROM moved ORDER BY record LIMIT $2
      """
  }

  var lockTable: String {
    "LOCK TABLE \(SQLText.table(dataset.table)) IN SHARE ROW EXCLUSIVE MODE"
  }

  /// Whether any key comes twice: looking for it is cheaper than removing what is not there.
  var hasRepeatedKeys: String {
    """
    SELECT EXISTS (SELECT 1 FROM \(source) GROUP BY \(SQLText.list(dataset.key))
      HAVING count(*) > 1)
    """
  }

  /// Removes all but the last record of each key; rows of a staged file lie in its order.
  var removeSuperseded: String {
    let key = SQLText.list(dataset.key)
    return """
      DELETE FROM \(source) s USING (
        SELECT \(key), max(ctid) AS sluice_last FROM \(source) GROUP BY \(key) HAVING count(*) > 1) k
      WHERE \(equal(dataset.key, "s", "k")) AND s.ctid <> k.sluice_last
      """
  }

  /// Updates the rows that differ; nil when every column belongs to the key.
  var update: String? {
    let others = dataset.columns.map(\.name).filter { !dataset.key.contains($0) }
    guard !others.isEmpty else { return nil }
    let assignments = others.map { "\(SQLText.identifier($0)) = s.\(SQLText.identifier($0))" }
    let ours = others.map { "t.\(SQLText.identifier($0))" }.joined(separator: ", ")
    let theirs = others.map { "s.\(SQLText.identifier($0))" }.joined(separator: ", ")
    return """
      UPDATE \(SQLText.table(dataset.table)) t SET \(assignments.joined(separator: ", "))
      FROM \(source) s
      WHERE \(equal(dataset.key, "t", "s")) AND (\(ours)) IS DISTINCT FROM (\(theirs))
      """
  }

  /// Whether the table holds no row, so that all of the file's can go in as they lie.
  var isTableEmpty: String { "SELECT NOT EXISTS (SELECT 1 FROM \(SQLText.table(dataset.table)))" }

  /// Inserts every row.
  var insertAll: String {
    let columns = SQLText.list(dataset.columns.map(\.name))
    return "INSERT INTO \(SQLText.table(dataset.table)) (\(columns)) "
      + "SELECT \(columns) FROM \(source)"
  }

  /// Inserts the rows whose key the table does not hold, in the order of the file: the join gives
  /// them in another one when it hashes the file, or the table in parts.
  var insert: String {
    let columns = SQLText.list(dataset.columns.map(\.name))
    return """
      INSERT INTO \(SQLText.table(dataset.table)) (\(columns))
      SELECT \(columns) FROM \(source) s WHERE NOT EXISTS (
        SELECT 1 FROM \(SQLText.table(dataset.table)) t WHERE \(equal(dataset.key, "t", "s")))
      ORDER BY s.ctid
      """
  }

  private func equal(_ names: [String], _ one: String, _ other: String) -> String {
    names.map { "\(one).\(SQLText.identifier($0)) = \(other).\(SQLText.identifier($0))" }
      .joined(separator: " AND ")
  }
}
