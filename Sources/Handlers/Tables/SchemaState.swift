internal import Postgres

/// The state of the database according to its catalog: applied migrations and the datasets' tables.
struct SchemaState {
  /// One column of a table.
  struct Column {
    let name: String
    let type: String
    let isRequired: Bool
    /// Whether a row that omits the column gets a value, from a default or an identity.
    let hasDefault: Bool
    /// Whether no statement can set the column.
    let isGenerated: Bool
    let isInKey: Bool
    let isUnique: Bool
    /// The constraint that a descriptor's `unique` created, if any.
    let uniqueConstraint: String?
  }

  /// A relation with the name of a dataset's table.
  struct Table {
    /// The value of `pg_class.relkind`: `r` and `p` are tables.
    let kind: String
    let keyConstraint: String?
    var columns: [Column] = []
  }

  private(set) var migrations: [Int64] = []
  private(set) var encoding = ""
  private(set) var tables: [String: Table] = [:]

  /// Reads everything in one round trip.
  ///
  /// - Returns: nil if not even the migrations table exists.
  static func read(
    _ names: [String], _ connection: inout PostgresConnection
  ) throws -> SchemaState? {
    do {
      return try connection.query(sql, [.textArray(names)]) { result in
        try SchemaState(result)
      }
    } catch let error as PostgresError where error.sqlState == .undefinedTable {
      return nil
    }
  }

  private init(_ result: borrowing PostgresResult) throws {
    _ = try result.rows { row in
      let versions = try row.textIfPresent() ?? ""
      migrations = versions.split(separator: ",").compactMap { Int64($0) }
      encoding = try row.text()
      guard let name = try row.textIfPresent() else { return }
      let kind = try row.text()
      let keyConstraint = try row.textIfPresent()
      var table = tables[name] ?? Table(kind: kind, keyConstraint: keyConstraint)
      if let column = try row.textIfPresent() {
        table.columns.append(
          Column(
            name: column, type: try row.text(), isRequired: try row.bool(),
            hasDefault: try row.bool(), isGenerated: try row.bool(), isInKey: try row.bool(),
            isUnique: try row.bool(), uniqueConstraint: try row.textIfPresent()))
      }
      tables[name] = table
    }
  }

  private static let sql = """
    SELECT (SELECT string_agg(version::text, ',') FROM sluice.migrations),
      current_setting('server_encoding'), c.relname, c.relkind,
      (SELECT k.conname FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p'),
      a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
      a.atthasdef OR a.attidentity <> '', a.attgenerated <> '' OR a.attidentity = 'a',
      EXISTS (SELECT FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)),
      EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique
        AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND i.indpred IS NULL),
      (SELECT min(k.conname) FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'u' AND k.condeferrable
          AND k.conkey = ARRAY[a.attnum])
    FROM (SELECT) one
    LEFT JOIN pg_class c ON c.relnamespace = 'public'::regnamespace AND c.relname = ANY ($1::text[])
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
    """
}
