package import Datasets
internal import Postgres
internal import Tables

/// The statements that turn a staged file into rows of the table.
///
/// The table is locked against other writers, changed rows are updated, absent ones inserted: on
/// unchanged rows this writes nothing at all, where `ON CONFLICT` would lock and log each of them.
package struct MergeStatements {
  package let dataset: Dataset
  /// The table the merge reads: the staged records, or the rows derived from them.
  package let source: String

  package init(dataset: Dataset) {
    self.init(dataset: dataset, source: dataset.isDerived ? "sluice_derived" : Self.staging)
  }

  /// Makes the statements for rows that were gathered elsewhere.
  init(dataset: Dataset, source: String) {
    self.dataset = dataset
    self.source = source
  }

  /// The temporary table that takes the file's records as they come.
  static let staging = "sluice_staging"

  var createStaging: String {
    var lines = dataset.fields.map {
      "\(SQLText.identifier($0.name)) \($0.type.traits.sql)"
    }
    if dataset.keepsPositions {
      lines += RowEncoder.positions.map { "\($0.name) \($0.type)" }
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
      return "(\(expression))::\(column.type.traits.sql) AS \(name)"
    }
    return """
      CREATE TEMPORARY TABLE sluice_derived ON COMMIT DROP AS
      SELECT \((columns + RowEncoder.positions.map(\.name)).joined(separator: ", "))
      FROM \(Self.staging) ORDER BY sluice_record
      """
  }

  /// Locks tables against other writers, in an order that all loads keep.
  static func lock(_ datasets: [Dataset]) -> String {
    let tables = datasets.map(\.table).sorted().map { SQLText.table($0) }
    return "LOCK TABLE \(tables.joined(separator: ", ")) IN SHARE ROW EXCLUSIVE MODE"
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
    guard let difference else { return nil }
    let assignments = others.map { "\(SQLText.identifier($0)) = s.\(SQLText.identifier($0))" }
    return """
      UPDATE \(SQLText.table(dataset.table)) t SET \(assignments.joined(separator: ", "))
      FROM \(source) s
      WHERE \(equal(dataset.key, "t", "s")) AND \(difference)
      """
  }

  /// Whether the rows `t` and `s` of one key differ.
  var difference: String? {
    guard !others.isEmpty else { return nil }
    let compared = dataset.columns.filter { !dataset.key.contains($0.name) }
    let ours = compared.map { $0.comparable(in: "t") }.joined(separator: ", ")
    let theirs = compared.map { $0.comparable(in: "s") }.joined(separator: ", ")
    return "(\(ours)) IS DISTINCT FROM (\(theirs))"
  }

  private var others: [String] {
    dataset.columns.map(\.name).filter { !dataset.key.contains($0) }
  }

  /// Whether the table holds no row, so that all of the file's can go in as they lie.
  var isTableEmpty: String { "SELECT NOT EXISTS (SELECT 1 FROM \(SQLText.table(dataset.table)))" }

  /// Deletes the rows whose key the file does not hold.
  var deleteAbsent: String {
    """
    DELETE FROM \(SQLText.table(dataset.table)) t
    WHERE NOT EXISTS (SELECT 1 FROM \(source) s WHERE \(equal(dataset.key, "t", "s")))
    """
  }

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

  package func equal(_ names: [String], _ one: String, _ other: String) -> String {
    names.map { "\(one).\(SQLText.identifier($0)) = \(other).\(SQLText.identifier($0))" }
      .joined(separator: " AND ")
  }
}

extension Dataset.Column {
  /// The column of a table as an expression whose values differ whenever the column's do.
  fileprivate func comparable(in table: String) -> String {
    let name = "\(table).\(SQLText.identifier(name))"
    return type.traits.isComparedAsText ? "\(name)::text" : name
  }
}
