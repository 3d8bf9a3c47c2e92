package import Datasets
internal import Postgres
internal import Tables

/// The statements that turn a staged file into rows of the table.
///
/// The table is locked against other writers, changed rows are updated and absent ones inserted:
/// unchanged rows cause no writes at all, where `ON CONFLICT` would lock and log each of them.
package struct MergeStatements {
  package let dataset: Dataset
  /// The table the merge reads: the staged records, or the rows derived from them.
  package let source: String

  /// Makes the statements for staged records, unless the rows are in another table.
  package init(dataset: Dataset, source: String? = nil) {
    self.dataset = dataset
    self.source = source ?? (dataset.isDerived ? "sluice_derived" : Self.staging)
  }

  /// The temporary table into which the file's records are copied.
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

  /// Locks tables against other writers, in the same order for all loads.
  static func lock(_ datasets: [Dataset]) -> String {
    let tables = datasets.map(\.table).sorted().map { SQLText.table($0) }
    return "LOCK TABLE \(tables.joined(separator: ", ")) IN SHARE ROW EXCLUSIVE MODE"
  }

  /// Whether any key repeats: checking is cheaper than removing duplicates that do not exist.
  var hasRepeatedKeys: String {
    "SELECT EXISTS (SELECT 1 FROM \(source) GROUP BY \(SQLText.list(dataset.key)) HAVING count(*) > 1)"
  }

  /// Removes all but the last record of each key; staged rows are stored in the file's order.
  var removeSuperseded: String {
    let key = SQLText.list(dataset.key)
    return """
      DELETE FROM \(source) s USING (
        SELECT \(key), max(ctid) AS sluice_last FROM \(source) GROUP BY \(key) HAVING count(*) > 1) k
      WHERE \(equal(dataset.key, "s", "k")) AND s.ctid <> k.sluice_last
      """
  }

  /// Updates the rows that differ; nil if every column belongs to the key.
  var update: String? {
    guard let difference else { return nil }
    let assignments = others.map { column in
      "\(SQLText.identifier(column.name)) = s.\(SQLText.identifier(column.name))"
    }
    return """
      UPDATE \(table) t SET \(assignments.joined(separator: ", "))
      FROM \(source) s WHERE \(sameKey) AND \(difference)
      """
  }

  /// Whether the rows `t` and `s` of one key differ.
  var difference: String? {
    guard !others.isEmpty else { return nil }
    let (ours, theirs) = (
      others.map { $0.comparable(in: "t") }, others.map { $0.comparable(in: "s") }
    )
    return "(\(ours.joined(separator: ", "))) IS DISTINCT FROM (\(theirs.joined(separator: ", ")))"
  }

  private var others: [Dataset.Column] {
    dataset.columns.filter { !dataset.key.contains($0.name) }
  }

  /// Whether the table is empty, so that all rows of the file can be inserted as they are.
  var isTableEmpty: String { "SELECT NOT EXISTS (SELECT 1 FROM \(table))" }

  /// Deletes the rows whose keys are not in the file.
  var deleteAbsent: String {
    "DELETE FROM \(table) t WHERE \(isAbsent)"
  }

  /// Inserts every row.
  var insertAll: String {
    "INSERT INTO \(table) (\(columns)) SELECT \(columns) FROM \(source)"
  }

  /// Inserts the rows whose keys are not in the table, in the order of the file: the join returns
  /// them in another order if it hashes the file, or the table in parts.
  var insert: String {
    """
    INSERT INTO \(table) (\(columns))
    SELECT \(columns) FROM \(source) s WHERE \(isNew) ORDER BY s.ctid
    """
  }

  /// Whether the table has no row with the key of `s`.
  var isNew: String { "NOT EXISTS (SELECT 1 FROM \(table) t WHERE \(sameKey))" }
  /// Whether the source has no row with the key of `t`.
  var isAbsent: String { "NOT EXISTS (SELECT 1 FROM \(source) s WHERE \(sameKey))" }
  /// Whether the rows `t` and `s` have the same key.
  package var sameKey: String { equal(dataset.key, "t", "s") }
  /// The table, as SQL names it.
  package var table: String { SQLText.table(dataset.table) }
  private var columns: String { SQLText.list(dataset.columns.map(\.name)) }

  func equal(_ names: [String], _ one: String, _ other: String) -> String {
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
