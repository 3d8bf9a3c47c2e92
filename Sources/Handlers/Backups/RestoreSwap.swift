internal import Tables

/// The statements that make a table's rows those of a file, which wait in a temporary table.
///
/// `*=` compares what is stored, byte for byte: to `=`, 1.5 is 1.50 and -0.0 is 0.
struct RestoreSwap {
  let shape: BackupShape
  let file: BackupFile

  /// The columns that can be written.
  private var written: [BackupFile.Column] { file.columns.filter { !$0.isGenerated } }

  private func value(_ column: BackupFile.Column) -> String {
    let name = "s.\(SQLText.identifier(column.name))"
    return column.form.isCast ? "\(name)::\(column.type)" : name
  }

  private var sameKey: String {
    shape.key.map { name in
      let column = file.columns.first { $0.name == name }
      return "t.\(SQLText.identifier(name)) = \(column.map(value) ?? "NULL")"
    }.joined(separator: " AND ")
  }

  private var same: String {
    """
    ROW(\(written.map { "t.\(SQLText.identifier($0.name))" }.joined(separator: ", ")))::record
      *= ROW(\(written.map(value).joined(separator: ", ")))::record
    """
  }

  /// Puts the file's rows in the place of those that differ or, unless they may stay, are not in it,
  /// and gives how many went and how many came.
  ///
  /// One statement, so that a foreign key of another table is judged by what comes of both; what is
  /// counted is all gone before the first row comes, so that a unique value may wander.
  var swap: String {
    let staged = "SELECT FROM \(RestoreStaging.table) s WHERE \(sameKey) AND"
    let leaves =
      shape.keepsOthers ? "EXISTS (\(staged) NOT (\(same)))" : "NOT EXISTS (\(staged) \(same))"
    return """
      WITH gone AS (
        DELETE FROM \(shape.sql) t WHERE \(leaves) RETURNING 1
      ), come AS (
        INSERT INTO \(shape.sql) (\(SQLText.list(written.map(\.name)))) OVERRIDING SYSTEM VALUE
        SELECT \(written.map(value).joined(separator: ", ")) FROM \(RestoreStaging.table) s
        WHERE (SELECT count(*) FROM gone) >= 0
          AND NOT EXISTS (SELECT FROM \(shape.sql) t WHERE \(sameKey) AND \(same))
        RETURNING 1
      )
      SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM come)
      """
  }

  /// Counts the rows that the file is to account for.
  var count: String {
    let held = "WHERE EXISTS (SELECT FROM \(RestoreStaging.table) s WHERE \(sameKey))"
    return "SELECT count(*) FROM \(shape.sql) t \(shape.keepsOthers ? held : "")"
  }

  /// Lets sequences go on behind the highest number that is there; they never go back.
  var numbering: [String] {
    shape.columns.compactMap { column in
      column.sequence.map { sequence in
        """
        SELECT setval(\(SQLText.literal(sequence)), highest) FROM (
          SELECT max(\(column.sql))::bigint AS highest FROM \(shape.sql)) present
        WHERE highest >= (SELECT last_value FROM \(sequence))
        """
      }
    }
  }
}
