internal import Datasets
internal import Postgres
internal import Tables

// Statements about records whose foreign keys refer to rows that do not exist.

extension MergeStatements {
  /// Moves staged records of load `$1` whose parent does not exist to the pending records.
  ///
  /// Records of a table that refers to itself may be one another's parents. A moved record no
  /// longer is, so the statement then has to run until it moves none.
  func putOff(_ key: ForeignKey) -> String {
    """
    WITH sluice_moved AS (
      DELETE FROM \(source) s WHERE \(lacksParent(key, amongItself: true)) RETURNING s.*)
    INSERT INTO sluice.pending (load, record, line, byte_offset, table_name, key, column_name,
      parent, row_values, raw)
    SELECT $1, sluice_record, sluice_line, sluice_offset, \(tableLiteral),
      \(keyArray("sluice_moved")), \(SQLText.literal(key.columns.joined(separator: ", "))),
      \(SQLText.literal(key.table)),
      to_jsonb(sluice_moved)
        - '{sluice_record, sluice_line, sluice_offset, sluice_raw}'::text[],
      convert_from(sluice_raw, 'UTF8')
    FROM sluice_moved
    """
  }

  /// Whether any record is pending for the table.
  var hasPending: String {
    "SELECT EXISTS (SELECT 1 FROM sluice.pending WHERE table_name = \(tableLiteral))"
  }

  /// Drops pending records of loads before `$1` that this load supersedes, and counts them in those
  /// loads: records with the key of a staged or newly pending record, or all if the file replaces
  /// the table.
  var supersedePending: String {
    let sameKey = """
      AND (EXISTS (SELECT 1 FROM \(source) s WHERE p.key = \(keyArray("s")))
        OR EXISTS (SELECT 1 FROM sluice.pending n
          WHERE n.load = $1 AND n.table_name = p.table_name AND n.key = p.key))
      """
    return """
      WITH gone AS (
        DELETE FROM sluice.pending p
        WHERE p.table_name = \(tableLiteral) AND p.load <> $1
          \(dataset.mode == .replace ? "" : sameKey)
        RETURNING p.load),
      \(Self.countSuperseded)
      """
  }

  /// How many rows of a child refer to rows that a replacement deletes because they are not staged,
  /// and for how many of these the parent is a pending record of load `$1`.
  func countBereft(_ child: Dataset, by key: ForeignKey) -> String {
    """
    SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM sluice.pending p
      WHERE p.load = $1 AND p.table_name = \(tableLiteral) AND p.key = \(keyArray("parent"))))
    FROM \(SQLText.table(child.table)) c JOIN \(table) parent ON \(isParent(key, of: "c"))
    WHERE NOT EXISTS (SELECT 1 FROM \(source) s WHERE \(equal(dataset.key, "s", "parent")))
    """
  }

  /// Drops pending records superseded by a later pending record with the same key, and counts them
  /// in their loads; nil if the first record of a key counts.
  ///
  /// Loads that update leave no such records, but loads that only appended do, and the dataset's
  /// mode may have changed since.
  var supersedeWaiting: String? {
    guard dataset.mode != .append else { return nil }
    return """
      WITH gone AS (
        DELETE FROM sluice.pending p
        WHERE p.table_name = \(tableLiteral) AND EXISTS (SELECT 1 FROM sluice.pending n
          WHERE n.table_name = p.table_name AND n.key = p.key
            AND (n.load, n.record) > (p.load, p.record))
        RETURNING p.load),
      \(Self.countSuperseded)
      """
  }

  /// Counts the pending records in `gone` as superseded.
  private static let countSuperseded = """
    counted AS (SELECT load, count(*) AS records FROM gone GROUP BY load)
    UPDATE sluice.loads l
    SET pending = l.pending - c.records, superseded = l.superseded + c.records
    FROM counted c WHERE l.id = c.load
    """

  /// Gathers the pending records whose parents in other tables all exist now.
  var gatherReady: String {
    let columns = dataset.columns.map { "s.\(SQLText.identifier($0.name))" }
    let others = dataset.foreignKeys.filter { $0.table != dataset.table }
      .map { "AND NOT (\(lacksParent($0, amongItself: false)))" }
    return """
      CREATE TEMPORARY TABLE \(source) ON COMMIT DROP AS
      SELECT p.load AS sluice_load, p.record AS sluice_record, \(columns.joined(separator: ", "))
      FROM sluice.pending p
      CROSS JOIN jsonb_populate_record(NULL::\(table), p.row_values) s
      WHERE p.table_name = \(tableLiteral) \(others.joined(separator: " "))
      ORDER BY p.load, p.record
      """
  }

  /// Removes gathered records whose parent in the table itself neither exists nor is gathered; has
  /// to run until it removes none.
  var dropUnready: [String] {
    dataset.foreignKeys.filter { $0.table == dataset.table }.map { key in
      "DELETE FROM \(source) s WHERE \(lacksParent(key, amongItself: true))"
    }
  }

  /// Moves gathered records that the table cannot accept to the rejects of their loads.
  ///
  /// These are records whose key an earlier record has, or a row of a table that only appends, and
  /// records that repeat a unique value. The statements have to run until none is moved; each
  /// returns the loads whose reject files have to be rewritten.
  var rejectReady: [String] {
    let order = "sluice_load, sluice_record"
    var statements: [String] = []
    if dataset.mode == .append {
      statements.append(
        rejectReady(
          duplicates(inOrderOf: order), column: keyLiteral, code: .duplicateKey,
          reason: RejectRow.duplicateKey))
    }
    for field in dataset.fields where field.constraints.isUnique {
      statements.append(
        rejectReady(
          repeated(field.name, inOrderOf: order), column: SQLText.literal(field.name),
          code: .notUnique, reason: field.reason(.notUnique)))
    }
    return statements
  }

  private func rejectReady(
    _ places: String, column: String, code: RejectCode, reason: String
  ) -> String {
    """
    WITH refused AS (
      DELETE FROM \(source) WHERE ctid IN (\(places)) RETURNING sluice_load, sluice_record),
    gone AS (
      DELETE FROM sluice.pending p USING refused r
      WHERE p.load = r.sluice_load AND p.record = r.sluice_record RETURNING p.*),
    moved AS (
      INSERT INTO sluice.rejects (load, record, line, byte_offset, column_name, code, reason, raw)
      SELECT load, record, line, byte_offset, \(column), '\(code.rawValue)',
        \(SQLText.literal(reason)), raw
      FROM gone RETURNING load),
    counted AS (SELECT load, count(*) AS records FROM moved GROUP BY load)
    UPDATE sluice.loads l
    SET pending = l.pending - c.records, rejected = l.rejected + c.records, rejects_key = NULL
    FROM counted c WHERE l.id = c.load
    RETURNING l.id, l.bucket, l.key, l.dataset
    """
  }

  /// Counts the gathered records as rows in their loads.
  ///
  /// Returns how many there are, and how many of them belong to loads other than `$1`.
  var settleCounts: String {
    let key = SQLText.identifier(dataset.key[0])
    let updated = difference.map { "count(*) FILTER (WHERE t.\(key) IS NOT NULL AND \($0))" }
    return """
      WITH outcome AS (
        SELECT s.sluice_load AS load, count(*) AS records,
          count(*) FILTER (WHERE t.\(key) IS NULL) AS inserted, \(updated ?? "0") AS updated
        FROM \(source) s LEFT JOIN \(table) t
          ON \(sameKey)
        GROUP BY s.sluice_load),
      noted AS (
        UPDATE sluice.loads l SET pending = l.pending - o.records,
          inserted = l.inserted + o.inserted, updated = l.updated + o.updated,
          unchanged = l.unchanged + o.records - o.inserted - o.updated
        FROM outcome o WHERE l.id = o.load)
      SELECT coalesce(sum(records), 0), coalesce(sum(records) FILTER (WHERE load <> $1), 0)
      FROM outcome
      """
  }

  /// Removes the gathered records from the pending ones.
  var endWaiting: String {
    """
    DELETE FROM sluice.pending p USING \(source) s
    WHERE p.load = s.sluice_load AND p.record = s.sluice_record
    """
  }

  /// Whether the row `s` refers to a row that does not exist; a NULL column refers to none.
  private func lacksParent(_ key: ForeignKey, amongItself: Bool) -> String {
    func isAbsent(from table: String) -> String {
      "NOT EXISTS (SELECT 1 FROM \(table) parent WHERE \(isParent(key, of: "s")))"
    }
    var conditions = key.columns.map { "s.\(SQLText.identifier($0)) IS NOT NULL" }
    let isOwn = amongItself && key.table == dataset.table
    if isOwn { conditions.append(isAbsent(from: source)) }
    // A row that the file replaces is no parent of the file's records.
    if !(isOwn && isReplacing) { conditions.append(isAbsent(from: SQLText.table(key.table))) }
    return conditions.joined(separator: " AND ")
  }

  /// Whether the row `parent` is the one that a row refers to.
  private func isParent(_ key: ForeignKey, of row: String) -> String {
    zip(key.references, key.columns).map { reference, column in
      "parent.\(SQLText.identifier(reference)) = \(row).\(SQLText.identifier(column))"
    }.joined(separator: " AND ")
  }

  /// Whether the table will contain only what the file does.
  var isReplacing: Bool { dataset.mode == .replace && source != Healing.gathered }

  private var tableLiteral: String { SQLText.literal(dataset.table) }

  private func keyArray(_ table: String) -> String {
    let columns = dataset.key.map { "\(table).\(SQLText.identifier($0))" }
    return "jsonb_build_array(\(columns.joined(separator: ", ")))"
  }
}
