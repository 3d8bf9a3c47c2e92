package import Datasets
package import LambdaRuntime
package import Postgres
internal import Tables

/// Runs the statements of a merge and counts what they did.
package struct Merge {
  /// The dataset that is loaded, and those whose records may wait for its rows.
  let family: [Dataset]
  let load: Int
  let context: InvocationContext

  package init(family: [Dataset], load: Int, context: InvocationContext) {
    self.family = family
    self.load = load
    self.context = context
  }

  /// What became of the staged records, refused ones aside.
  private struct Merged {
    var superseded = 0
    var pending = 0
    var updated = 0
    var inserted = 0
    var deleted = 0
  }

  /// What a load did.
  package struct Outcome {
    package var counts: LoadCounts
    /// Rows that the file, which replaced the table, does not hold.
    package var deleted = 0
    /// Records of other loads that are rows now.
    package var healed = 0
    /// Other loads of which some records were refused when they were to heal.
    package var refusing: [Ledger.Entry] = []
  }

  /// Turns the staged records into rows of the table, beside those that went straight into it, and
  /// lets those in that had waited for them.
  package func run(
    _ writer: inout RecordWriter, _ connection: inout PostgresConnection
  ) throws -> Outcome {
    let replaces = writer.dataset.mode == .replace && !writer.isDirect
    let merged = writer.staged > 0 || replaces ? try merge(&writer, &connection) : Merged()
    guard writer.refusal == nil else { return Outcome(counts: writer.counts) }
    var counts = writer.counts
    counts.inserted = writer.inTable + merged.inserted
    counts.pending = merged.pending
    let accepted = counts.read - counts.rejected - counts.pending
    if writer.isDirect {
      // The table was empty: what is there now is the last record of each key.
      counts.superseded = accepted - counts.inserted
      try GuardedTable(MergeStatements(dataset: writer.dataset), &connection)
        .require(rows: counts.inserted, &connection)
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
    guard counts.inserted + counts.updated + counts.unchanged + counts.pending > 0 else {
      return Outcome(counts: counts, deleted: merged.deleted)
    }
    // What heals is counted in the ledger, for this load as for the earlier ones.
    try Ledger.note(counts, of: load, &connection)
    let healing = try Healing(family: family, load: load, context: context).run(&connection)
    return Outcome(
      counts: try Ledger.counts(of: load, &connection), deleted: merged.deleted,
      healed: healing.healedOfOthers,
      refusing: healing.refused.values.sorted { $0.id < $1.id })
  }

  private func merge(
    _ writer: inout RecordWriter, _ connection: inout PostgresConnection
  ) throws -> Merged {
    let merge = MergeStatements(dataset: writer.dataset)
    try writer.prepareStaging(&connection)
    var merged = Merged()
    if writer.dataset.isDerived {
      try derive(merge, &writer, &connection)
      guard writer.refusal == nil else { return merged }
    }
    try connection.execute(MergeStatements.lock(family))
    if merge.dataset.mode == .append {
      try refuse(merge.moveDuplicates, &writer, &connection)
    } else {
      merged.superseded = try supersede(merge, writer, &connection)
    }
    var moved = 0
    repeat {
      // What waits, or is refused, leaves the table's row of its key, which may change the other.
      moved = try putOff(merge, &connection)
      merged.pending += moved
      moved += try refuseRepeated(merge, &writer, &connection)
    } while moved > 0
    guard writer.refusal == nil else { return merged }
    if merge.dataset.mode != .append, try holds(merge.hasPending, &connection) {
      try connection.run(merge.supersedePending, [.integer(load)])
    }
    let table = try GuardedTable(merge, &connection)
    let isTableEmpty = try holds(merge.isTableEmpty, &connection)
    // In a table that was empty there is nothing but what came before in the file.
    if !isTableEmpty, merge.dataset.mode == .replace, !writer.isDirect {
      try requireNoChildren(merge, &connection)
      merged.deleted = try table.deleteAbsent(&connection)
    }
    let written = try table.write(isEmpty: isTableEmpty, &connection)
    (merged.inserted, merged.updated) = (written.inserted, written.updated)
    return merged
  }

  /// Leaves the last record of each key, and says how many came before those.
  private func supersede(
    _ merge: MergeStatements, _ writer: borrowing RecordWriter,
    _ connection: inout PostgresConnection
  ) throws -> Int {
    guard try writer.mayRepeatKeys && holds(merge.hasRepeatedKeys, &connection) else { return 0 }
    return try connection.run(merge.removeSuperseded)
  }

  /// Makes sure that no row of another table refers to a row that the file does not hold.
  ///
  /// One that the file holds and that waits for its own parent may be there the next time.
  private func requireNoChildren(
    _ merge: MergeStatements, _ connection: inout PostgresConnection
  ) throws {
    let table = merge.dataset.table
    var obstacle: LoadFault?
    for child in family where child.table != table {
      for key in child.foreignKeys where key.table == table {
        let (bereft, waiting) = try connection.row(
          merge.countBereft(child, by: key), [.integer(load)]
        ) { row in (try row.int(), try row.int()) }
        let what = "rows of \(child.name) refer to rows of \(merge.dataset.name) that"
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

  private func derive(
    _ merge: MergeStatements, _ writer: inout RecordWriter, _ connection: inout PostgresConnection
  ) throws {
    // An expression that is a set, as regexp_matches is, loses or doubles records.
    let derived = try connection.run(merge.derive)
    guard derived == writer.staged else {
      throw LoadFault(
        .countMismatch,
        "the expressions of \(writer.dataset.name) make \(derived) rows of \(writer.staged) "
          + "records; expected one value each; nothing was changed", isRetriable: true)
    }
    guard let statement = merge.moveRefused else { return }
    try refuse(statement, &writer, &connection)
  }

  /// Refuses the records that repeat what has to be unique, and says how many they were.
  private func refuseRepeated(
    _ merge: MergeStatements, _ writer: inout RecordWriter, _ connection: inout PostgresConnection
  ) throws -> Int {
    var count = 0
    for field in merge.dataset.fields where field.constraints.isUnique {
      count += try refuse(merge.moveRepeated(field), &writer, &connection)
    }
    return count
  }

  /// Lets the records wait whose parents are not there, and says how many they are.
  private func putOff(
    _ merge: MergeStatements, _ connection: inout PostgresConnection
  ) throws -> Int {
    var pending = 0
    for key in merge.dataset.foreignKeys where key.table != merge.dataset.table {
      pending += try connection.run(merge.putOff(key), [.integer(load)])
    }
    let own = merge.dataset.foreignKeys.filter { $0.table == merge.dataset.table }
    var moved = 0
    repeat {
      moved = 0
      for key in own {
        moved += try connection.run(merge.putOff(key), [.integer(load)])
      }
      pending += moved
    } while moved > 0
    return pending
  }

  /// Runs a statement that moves staged records to the rejects, and says how many it moved.
  @discardableResult private func refuse(
    _ statement: String, _ writer: inout RecordWriter, _ connection: inout PostgresConnection
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

  private func holds(_ question: String, _ connection: inout PostgresConnection) throws -> Bool {
    try connection.row(question) { row in try row.bool() }
  }
}
