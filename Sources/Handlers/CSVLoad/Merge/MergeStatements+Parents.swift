internal import Datasets
internal import Postgres
internal import Tables

// Statements about records whose foreign keys name rows that are not there.

extension MergeStatements {
  /// Moves staged records of load `$1` without a parent to those that wait for it.
  ///
  /// Records of a table that refers to itself may be one another's parents. One that is moved can no
  /// longer be, so the statement is then run until it moves none.
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

  /// Whether any record waits to become a row of the table.
  var hasPending: String {
    "SELECT EXISTS (SELECT 1 FROM sluice.pending WHERE table_name = \(tableLiteral))"
  }

  /// Drops waiting records of loads before `$1` that this one takes the place of, which counts in
  /// theirs: those whose key a staged record has, or one that now waits, or all when the file replaces
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

  /// How many rows of a child refer to rows that the file does not hold and a replacement deletes, and
  /// for how many of these the file does, as a record of load `$1` that waits for its own parent.
  func countBereft(_ child: Dataset, by key: ForeignKey) -> String {
    let pairs = zip(key.references, key.columns).map {
      "parent.\(SQLText.identifier($0)) = c.\(SQLText.identifier($1))"
    }
    let isParent = pairs.joined(separator: " AND ")
    return """
      SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM sluice.pending p
        WHERE p.load = $1 AND p.table_name = \(tableLiteral) AND p.key = \(keyArray("parent"))))
      FROM \(SQLText.table(child.table)) c JOIN \(SQLText.table(dataset.table)) parent ON \(isParent)
      WHERE NOT EXISTS (SELECT 1 FROM \(source) s WHERE \(equal(dataset.key, "s", "parent")))
      """
  }

  /// Drops waiting records of which a later one with the same key waits as well, which counts in their
  /// loads; nil when the first record of a key counts.
  ///
  /// A load of a dataset that updates leaves none such; those of one that only appended do, which
  /// may have another mode by now.
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

  /// Counts what is `gone` from those that wait as superseded.
  private static let countSuperseded = """
    counted AS (SELECT load, count(*) AS records FROM gone GROUP BY load)
    UPDATE sluice.loads l
    SET pending = l.pending - c.records, superseded = l.superseded + c.records
    FROM counted c WHERE l.id = c.load
    """

  /// Gathers the waiting records whose parents in other tables are all there now.
  var gatherReady: String {
    let columns = dataset.columns.map { "s.\(SQLText.identifier($0.name))" }
    let others = dataset.foreignKeys.filter { $0.table != dataset.table }
      .map { "AND NOT (\(lacksParent($0, amongItself: false)))" }
    return """
      CREATE TEMPORARY TABLE \(source) ON COMMIT DROP AS
      SELECT p.load AS sluice_load, p.record AS sluice_record, \(columns.joined(separator: ", "))
      FROM sluice.pending p
      CROSS JOIN jsonb_populate_record(NULL::\(SQLText.table(dataset.table)), p.row_values) s
      WHERE p.table_name = \(tableLiteral) \(others.joined(separator: " "))
      ORDER BY p.load, p.record
      """
  }

  /// Takes out what waits for a row of the table itself that is neither there nor gathered; run
  /// until it takes out none.
  var dropUnready: [String] {
    dataset.foreignKeys.filter { $0.table == dataset.table }.map { key in
      "DELETE FROM \(source) s WHERE \(lacksParent(key, amongItself: true))"
    }
  }

  /// Moves gathered records that the table cannot take to the rejects of the loads they came with.
  ///
  /// They are those whose key came first with another record, or is in a table that only appends, and
  /// those that repeat what has to be unique. Run until none is moved; each answers with the loads,
  /// whose files of rejects are to be written anew.
  var refuseReady: [String] {
    let order = "sluice_load, sluice_record"
    var statements: [String] = []
    if dataset.mode == .append {
      statements.append(
        refuseReady(
          duplicates(inOrderOf: order), column: keyLiteral, code: .duplicateKey,
          reason: RejectRow.duplicateKey))
    }
    for field in dataset.fields where field.constraints.isUnique {
      statements.append(
        refuseReady(
          repeated(field.name, inOrderOf: order), column: SQLText.literal(field.name),
          code: .notUnique, reason: field.reason(.notUnique)))
    }
    return statements
  }

  private func refuseReady(
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

  /// Counts the gathered records as rows in the loads they came with.
  ///
  /// Answers with how many there are, and how many of them came with another load than `$1`.
  var settleCounts: String {
    let key = SQLText.identifier(dataset.key[0])
    let updated = difference.map { "count(*) FILTER (WHERE t.\(key) IS NOT NULL AND \($0))" }
    return """
      WITH outcome AS (
        SELECT s.sluice_load AS load, count(*) AS records,
          count(*) FILTER (WHERE t.\(key) IS NULL) AS inserted, \(updated ?? "0") AS updated
        FROM \(source) s LEFT JOIN \(SQLText.table(dataset.table)) t
          ON \(equal(dataset.key, "t", "s"))
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

  /// Ends the waiting of the gathered records.
  var endWaiting: String {
    """
    DELETE FROM sluice.pending p USING \(source) s
    WHERE p.load = s.sluice_load AND p.record = s.sluice_record
    """
  }

  /// Whether the row `s` refers to one that is not there; a column that is NULL refers to none.
  private func lacksParent(_ key: ForeignKey, amongItself: Bool) -> String {
    func isAbsent(from table: String) -> String {
      let pairs = zip(key.references, key.columns).map {
        "parent.\(SQLText.identifier($0)) = s.\(SQLText.identifier($1))"
      }
      return
        "NOT EXISTS (SELECT 1 FROM \(table) parent WHERE \(pairs.joined(separator: " AND ")))"
    }
    var conditions = key.columns.map { "s.\(SQLText.identifier($0)) IS NOT NULL" }
    let isOwn = amongItself && key.table == dataset.table
    if isOwn { conditions.append(isAbsent(from: source)) }
    // What the file replaces is no parent of what it holds.
    if !(isOwn && isReplacing) { conditions.append(isAbsent(from: SQLText.table(key.table))) }
    return conditions.joined(separator: " AND ")
  }

  /// Whether the table will hold nothing but what the file does.
  var isReplacing: Bool { dataset.mode == .replace && source != Healing.gathered }

  private var tableLiteral: String { SQLText.literal(dataset.table) }

  private func keyArray(_ table: String) -> String {
    let columns = dataset.key.map { "\(table).\(SQLText.identifier($0))" }
    return "jsonb_build_array(\(columns.joined(separator: ", ")))"
  }
}
