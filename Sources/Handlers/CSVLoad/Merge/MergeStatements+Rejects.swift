internal import Datasets
internal import Tables

// Statements that move staged records to the rejects, for faults that only the database can find.

extension MergeStatements {
  /// Moves rows whose required derived columns are NULL to the rejects of load `$1`.
  ///
  /// Returns the first `$2` of them, each with the total count.
  var moveUnderivable: String? {
    let derived = dataset.columns.filter { $0.isRequired && $0.expression != nil }
    guard !derived.isEmpty else { return nil }
    let isRefused = derived.map { "\(SQLText.identifier($0.name)) IS NULL" }
      .joined(separator: " OR ")
    let column = derived.map {
      "WHEN \(SQLText.identifier($0.name)) IS NULL THEN \(SQLText.literal($0.name))"
    }.joined(separator: " ")
    return move(
      where: isRefused, column: "CASE \(column) END", code: .missing,
      reason: "name || ' cannot be derived from the record'")
  }

  /// Moves the records whose key an earlier record or a row of the table has to the rejects of load
  /// `$1`; returns the same as ``moveUnderivable``.
  var moveDuplicates: String {
    move(
      where: "ctid IN (\(duplicates(inOrderOf: "sluice_record")))", column: keyLiteral,
      code: .duplicateKey, reason: SQLText.literal(RejectRow.duplicateKey))
  }

  /// The places of all rows of the source except the first of each key that is not in the table.
  func duplicates(inOrderOf order: String) -> String {
    """
    SELECT place FROM (
      SELECT ctid AS place,
        row_number() OVER (PARTITION BY \(SQLText.list(dataset.key)) ORDER BY \(order)) AS nth
      FROM \(source)) numbered
    WHERE nth > 1
    UNION ALL
    SELECT s.ctid FROM \(source) s JOIN \(table) t
      ON \(sameKey)
    """
  }

  /// The names of the key's columns as one text, for the column of a reject.
  var keyLiteral: String { SQLText.literal(dataset.key.joined(separator: ", ")) }

  /// Moves the rows that repeat a value of a unique column to the rejects of load `$1`.
  ///
  /// A row conflicts with an earlier record of the file, or with a row that the file leaves as it
  /// is. A moved record leaves the table's row of its key as it is, so this has to run until it
  /// moves none. It returns the same as ``moveUnderivable``.
  func moveRepeated(_ field: Dataset.Field) -> String {
    move(
      where: "ctid IN (\(repeated(field.name, inOrderOf: "sluice_record")))",
      column: SQLText.literal(field.name), code: .notUnique,
      reason: SQLText.literal(field.reason(.notUnique)))
  }

  /// The places of all rows of the source whose value an earlier one has, or a row that is kept.
  func repeated(_ column: String, inOrderOf order: String) -> String {
    let name = SQLText.identifier(column)
    let repeated = """
      SELECT place FROM (
        SELECT ctid AS place, row_number() OVER (PARTITION BY \(name) ORDER BY \(order)) AS nth
        FROM \(source) WHERE \(name) IS NOT NULL) numbered
      WHERE nth > 1
      """
    // A replaced table keeps no row that is not in the file.
    guard !isReplacing else { return repeated }
    return """
      \(repeated)
      UNION ALL
      SELECT s.ctid FROM \(source) s JOIN \(table) t ON t.\(name) = s.\(name)
      WHERE NOT EXISTS (SELECT FROM \(source) k WHERE \(equal(dataset.key, "t", "k")))
      """
  }

  private func move(
    where condition: String, column: String, code: RejectCode, reason: String
  ) -> String {
    """
    WITH refused AS (
      DELETE FROM \(source) WHERE \(condition)
      RETURNING sluice_record, sluice_line, sluice_offset, \(column) AS name, sluice_raw),
    moved AS (
      INSERT INTO sluice.rejects
        (load, record, line, byte_offset, column_name, code, reason, raw)
      SELECT $1, sluice_record, sluice_line, sluice_offset, name, '\(code.rawValue)',
        \(reason), convert_from(sluice_raw, 'UTF8')
      FROM refused
      RETURNING record, line, byte_offset, column_name, code, reason)
    SELECT *, count(*) OVER () FROM moved ORDER BY record LIMIT $2
    """
  }
}
