internal import AWS
package import Datasets
internal import Postgres
package import Tables

/// The columns of a table, read from the catalog.
struct BackupShape {
  struct Column: Equatable {
    let name: String
    /// The type with its modifier, as PostgreSQL spells it.
    let type: String
    let form: ColumnForm
    let isNullable: Bool
    /// Whether it is a generated column, which cannot be written.
    let isGenerated: Bool
    /// The sequence of a serial or identity column.
    let sequence: String?

    var sql: String { SQLText.identifier(name) }
  }

  let table: PublicTable
  let columns: [Column]
  /// The columns of the primary key, in order.
  let key: [String]

  /// The table in SQL.
  var sql: String { SQLText.table(table.name) }

  /// A digest that differs between tables whose files do not fit each other.
  var fingerprint: String {
    let lines = columns.map { "\($0.name)\n\($0.type)\n\($0.isNullable)\n\($0.isGenerated)\n" }
    return Digest.hex(Digest.sha256(Array(lines.joined().utf8)))
  }

  /// Reads the shape of a table and locks it against changes until the transaction ends.
  ///
  /// - Throws: ``BackupFault`` naming a column that cannot be backed up exactly.
  static func read(
    _ table: PublicTable, _ connection: inout PostgresConnection
  ) throws -> BackupShape {
    // Text must represent values exactly, whatever the database's own settings are.
    try connection.execute(
      "SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 3")
    let sql = SQLText.table(table.name)
    try connection.execute("LOCK TABLE \(sql) IN ACCESS SHARE MODE")
    var key: [(place: Int, name: String)] = []
    let columns = try connection.rows(query, [.text(sql)]) { row in
      let (name, type, base) = (try row.text(), try row.text(), try row.text())
      guard let form = ColumnForm(type: base) else {
        throw BackupFault(
          .unsupportedColumn,
          "the column \"\(name)\" of \(table.name) has the type \(base), which no backup keeps yet")
      }
      let column = Column(
        name: name, type: type, form: form, isNullable: try row.bool(),
        isGenerated: try row.bool(), sequence: try row.textIfPresent())
      if let place = try row.intIfPresent() { key.append((place, name)) }
      return column
    }
    guard !key.isEmpty else {
      throw BackupFault(
        .noKey, "\(table.name) has no primary key; expected one, by which rows are told apart")
    }
    return BackupShape(
      table: table, columns: columns, key: key.sorted { $0.place < $1.place }.map(\.name))
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

extension PublicTable {
  /// Finds the table that a name of a dataset or table refers to, among those of the datasets and the
  /// other tables given.
  package static func backedUp(
    _ name: String, _ package: DataPackage, and others: [PublicTable]
  ) throws(BackupFault) -> PublicTable {
    let name = package.dataset(named: name)?.table ?? name
    let tables = package.datasets.map { PublicTable($0.table) } + others.filter { !$0.isView }
    guard let table = tables.last(where: { $0.name == name }) else {
      throw BackupFault(
        .unknownTable,
        "there is no table \"\(name)\" to back up; the tables are "
          + tables.map(\.name).joined(separator: ", "))
    }
    return table
  }
}
