internal import AWS
package import Datasets
internal import Postgres
internal import Tables

/// The columns of a table as its catalog has them, as far as a backup has to know them.
package struct BackupShape {
  struct Column: Equatable {
    let name: String
    /// The type with its modifier, as PostgreSQL spells it.
    let type: String
    let form: ColumnForm
    let isNullable: Bool
    /// Whether the server computes it, so that nothing can be put into it.
    let isGenerated: Bool
    /// The sequence that numbers the rows by it.
    let sequence: String?

    var sql: String { SQLText.identifier(name) }
  }

  let table: String
  private(set) var columns: [Column] = []
  /// The primary key in its order.
  let key: [String]

  /// Whether a restore leaves rows where they are that the backup does not hold.
  ///
  /// Places are only ever added: postings name them by their numbers, and so does what workers
  /// remember of them.
  var keepsOthers: Bool { table == "posting_places" }

  /// The table in SQL.
  var sql: String { SQLText.table(table) }

  /// A digest that differs when a file of the one does not fit the other.
  var fingerprint: String {
    let lines = columns.map { "\($0.name)\n\($0.type)\n\($0.isNullable)\n\($0.isGenerated)\n" }
    return Digest.hex(Digest.sha256(Array(lines.joined().utf8)))
  }

  /// Reads the shape of a table, which nobody can alter from here to the transaction's end.
  ///
  /// - Throws: ``BackupFault`` naming a column that cannot be kept exactly.
  static func read(
    _ table: String, _ connection: inout PostgresConnection
  ) throws -> BackupShape {
    try connection.execute("LOCK TABLE \(SQLText.table(table)) IN ACCESS SHARE MODE")
    return try connection.query(query, [.text(SQLText.table(table))]) { result in
      try BackupShape(table, result)
    }
  }

  private init(_ table: String, _ result: borrowing PostgresResult) throws {
    self.table = table
    var key: [(place: Int, name: String)] = []
    for row in 0..<result.rowCount {
      let name = try result.text(row: row, column: 0)
      let base = try result.text(row: row, column: 2)
      guard let form = ColumnForm(type: base) else {
        throw BackupFault(
          .unsupportedColumn,
          "the column \"\(name)\" of \(table) has the type \(base), which no backup keeps yet")
      }
      columns.append(
        Column(
          name: name, type: try result.text(row: row, column: 1), form: form,
          isNullable: try result.bool(row: row, column: 3),
          isGenerated: try result.bool(row: row, column: 4),
          sequence: try result.textIfPresent(row: row, column: 5)))
      if let place = try result.intIfPresent(row: row, column: 6) { key.append((place, name)) }
    }
    guard !key.isEmpty else {
      throw BackupFault(
        .noKey, "\(table) has no primary key; expected one, by which rows are told apart")
    }
    self.key = key.sorted { $0.place < $1.place }.map(\.name)
  }

  private static let query = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, NULL),
      NOT a.attnotnull, a.attgenerated <> '', pg_get_serial_sequence($1::text, a.attname),
      array_position(k.conkey, a.attnum)
    FROM pg_attribute a
    LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p'
    WHERE a.attrelid = to_regclass($1::text) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
    """
}

extension BackupShape {
  /// What can be backed up beside the datasets.
  private static let others = ["postings", "posting_places", "posting_searches"]

  /// The table that a dataset's or a table's name means.
  package static func table(_ name: String, _ package: DataPackage) throws(BackupFault) -> String {
    let tables = package.datasets.map(\.table) + others
    if let dataset = package.dataset(named: name) { return dataset.table }
    guard tables.contains(name) else {
      throw BackupFault(
        .unknownTable,
        "there is no table \"\(name)\" to back up; the tables are \(tables.joined(separator: ", "))"
      )
    }
    return name
  }
}
