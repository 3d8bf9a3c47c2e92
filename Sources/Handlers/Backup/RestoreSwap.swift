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

  /// Deletes the rows that the file does not hold as they are.
  var delete: String {
    """
    DELETE FROM \(shape.sql) t WHERE NOT EXISTS (
      SELECT FROM \(RestoreStaging.table) s WHERE \(sameKey)
        AND ROW(\(written.map { "t.\(SQLText.identifier($0.name))" }.joined(separator: ", ")))::record
          *= ROW(\(written.map(value).joined(separator: ", ")))::record)
    """
  }

  /// Inserts the rows that are not there.
  var insert: String {
    """
    INSERT INTO \(shape.sql) (\(SQLText.list(written.map(\.name)))) OVERRIDING SYSTEM VALUE
    SELECT \(written.map(value).joined(separator: ", ")) FROM \(RestoreStaging.table) s
    WHERE NOT EXISTS (SELECT FROM \(shape.sql) t WHERE \(sameKey))
    """
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
