package import Datasets
package import LambdaRuntime
package import Postgres
internal import Tables

/// Runs the statements of a merge and counts what they did.
package struct Merge: ~Copyable {
  /// The file's records, as they were copied.
  var writer: RecordWriter
  /// The dataset that is loaded, and the datasets whose records may be waiting for its rows.
  private let family: [Dataset]
  private let log: Log
  private let statements: MergeStatements

  package init(_ writer: consuming RecordWriter, family: [Dataset], log: Log) {
    (self.family, self.log) = (family, log)
    statements = MergeStatements(dataset: writer.dataset)
    self.writer = writer
  }

  private var load: Int { writer.load }

  /// Merges the staged records into the table, next to those that were copied straight into it, and
  /// resolves the records that were waiting for them; the counts go into the load's report.
  package mutating func run(
    _ connection: inout PostgresConnection, _ report: inout LoadReport
  ) throws {
    let replaces = writer.dataset.mode == .replace && !writer.isDirect
    if writer.staged > 0 || replaces { try merge(&connection, &report) }
    let merged = report.counts
    report.counts = writer.counts
    guard writer.refusal == nil else { return }
    var counts = writer.counts
    counts.inserted = writer.inTable + merged.inserted
    counts.pending = merged.pending
    let accepted = counts.read - counts.rejected - counts.pending
    if writer.isDirect {
      // The table was empty, so it contains the last record of each key now.
      counts.superseded = accepted - counts.inserted
      try GuardedTable(statements, &connection).require(rows: counts.inserted, &connection)
    } else {
      counts.superseded = merged.superseded
      counts.updated = merged.updated
      counts.unchanged = accepted - merged.superseded - merged.updated - merged.inserted
    }
    guard counts.unchanged >= 0, counts.superseded >= 0 else {
      throw LoadFault(
        .countMismatch, "the counts of the load do not add up; nothing was changed",
        isRetriable: true)
    }
    report.counts = counts
    guard counts.inserted + counts.updated + counts.unchanged + counts.pending > 0 else { return }
    // Healed records are counted in the ledger, for this load as for the earlier ones.
    try connection.setCounts(counts, ofLoad: load)
    let healing = try Healing(family: family, load: load, log: log).run(&connection)
    report.counts = try connection.counts(ofLoad: load)
    report.healed = healing.healedOfOthers
    report.refusing = healing.rejecting.values.sorted { $0.id < $1.id }
  }

  /// Merges the staged records; the report counts what happened to those that were not rejected.
  private mutating func merge(
    _ connection: inout PostgresConnection, _ report: inout LoadReport
  ) throws {
    let mode = writer.dataset.mode
    try writer.prepareStaging(&connection)
    if writer.dataset.isDerived {
      try derive(&connection)
      guard writer.refusal == nil else { return }
    }
    try connection.execute(MergeStatements.lock(family))
    if mode == .append {
      try reject(statements.moveDuplicates, &connection)
    } else if try writer.mayRepeatKeys && connection.bool(statements.hasRepeatedKeys) {
      report.counts.superseded = try connection.run(statements.removeSuperseded)
    }
    var moved = 0
    repeat {
      // A record that is put off or rejected leaves the table's row of its key as it is, which may
      // put off or reject others.
      moved = try putOff(&connection)
      report.counts.pending += moved
      for field in writer.dataset.fields where field.constraints.isUnique {
        moved += try reject(statements.moveRepeated(field), &connection)
      }
    } while moved > 0
    guard writer.refusal == nil else { return }
    if mode != .append, try connection.bool(statements.hasPending) {
      try connection.run(statements.supersedePending, [.integer(load)])
    }
    let table = try GuardedTable(statements, &connection)
    let isTableEmpty = try connection.bool(statements.isTableEmpty)
    // A table that was empty contains only records from earlier in the file.
    if !isTableEmpty, mode == .replace, !writer.isDirect {
      try requireNoChildren(&connection)
      report.deleted = try table.deleteAbsent(&connection)
    }
    (report.counts.inserted, report.counts.updated) = try table.write(
      isEmpty: isTableEmpty, &connection)
  }

  /// Checks that no row of another table refers to a row that the file does not contain.
  ///
  /// A row that the file contains and that waits for its own parent may exist when the load is
  /// retried.
  private func requireNoChildren(_ connection: inout PostgresConnection) throws {
    let table = writer.dataset.table
    var obstacle: LoadFault?
    for child in family where child.table != table {
      for key in child.foreignKeys where key.table == table {
        let (bereft, waiting) = try connection.row(
          statements.countBereft(child, by: key), [.integer(load)]
        ) { row in (try row.int(), try row.int()) }
        let what = "rows of \(child.name) refer to rows of \(writer.dataset.name) that"
        guard bereft == waiting else {
          throw LoadFault(
            .stillReferenced,
            "\(bereft - waiting) \(what) the file does not hold; expected the file to hold them; "
              + "nothing was changed")
        }
        guard waiting > 0 else { continue }
        obstacle = LoadFault(
          .stillReferenced,
          "\(waiting) \(what) the file holds, but that wait for rows of other tables themselves; "
            + "expected those to be loaded first; nothing was changed", isRetriable: true)
      }
    }
    if let obstacle { throw obstacle }
  }

  private mutating func derive(_ connection: inout PostgresConnection) throws {
    // An expression that returns a set, such as regexp_matches, loses or duplicates records.
    let derived = try connection.run(statements.derive)
    guard derived == writer.staged else {
      throw LoadFault(
        .countMismatch,
        "the expressions of \(writer.dataset.name) make \(derived) rows of \(writer.staged) "
          + "records; expected one value each; nothing was changed", isRetriable: true)
    }
    if let statement = statements.moveUnderivable { try reject(statement, &connection) }
  }

  /// Puts off the records whose parents do not exist and returns how many they are.
  private func putOff(_ connection: inout PostgresConnection) throws -> Int {
    func putOff(_ keys: [ForeignKey]) throws -> Int {
      try keys.reduce(0) { sum, key in
        try sum + connection.run(statements.putOff(key), [.integer(load)])
      }
    }
    let (dataset, table) = (writer.dataset, writer.dataset.table)
    var pending = try putOff(dataset.foreignKeys.filter { $0.table != table })
    var moved = 0
    repeat {
      moved = try putOff(dataset.foreignKeys.filter { $0.table == table })
      pending += moved
    } while moved > 0
    return pending
  }

  /// Runs a statement that moves staged records to the rejects and returns how many it moved.
  @discardableResult
  private mutating func reject(
    _ statement: String, _ connection: inout PostgresConnection
  ) throws -> Int {
    var count = 0
    let reports = try connection.rows(
      statement, [.integer(load), .integer(RecordWriter.reportedRejects)]
    ) { row in
      let report = LoadReport.Reject(
        record: try row.int(), line: try row.int(), byteOffset: try row.int(),
        column: try row.textIfPresent(), code: try row.text(), reason: try row.text())
      count = try row.int()
      return report
    }
    writer.noteRefused(count, first: reports)
    return count
  }
}
