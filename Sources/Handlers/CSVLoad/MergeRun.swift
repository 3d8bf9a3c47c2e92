internal import LambdaRuntime
internal import Postgres

/// Runs the statements of a merge and counts what they did.
enum MergeRun {
  /// Turns the staged records into rows of the table.
  static func run(
    _ writer: inout RecordWriter, _ context: InvocationContext,
    _ connection: inout PostgresConnection
  ) throws -> LoadCounts {
    let merge = Merge(dataset: writer.dataset)
    if writer.dataset.isDerived {
      try Database.limit(&connection, context)
      // An expression that is a set, as regexp_matches is, loses or doubles records.
      let derived = try connection.run(merge.derive)
      guard derived == writer.staged else {
        throw LoadFault(
          .countMismatch,
          "the expressions of \(writer.dataset.name) make \(derived) rows of \(writer.staged) "
            + "records; expected one value each; nothing was changed", isRetriable: true)
      }
      try refuseUnderivable(merge, &writer, &connection)
    }
    var counts = writer.counts
    try Database.limit(&connection, context)
    try connection.execute(merge.lockTable)
    let hasRepeatedKeys =
      try writer.mayRepeatKeys
      && connection.query(merge.hasRepeatedKeys) { result in
        try result.bool(row: 0, column: 0)
      }
    if hasRepeatedKeys { counts.superseded = try connection.run(merge.removeSuperseded) }
    let isTableEmpty = try connection.query(merge.isTableEmpty) { result in
      try result.bool(row: 0, column: 0)
    }
    if !isTableEmpty, let update = merge.update {
      try Database.limit(&connection, context)
      counts.updated = try connection.run(update)
    }
    try Database.limit(&connection, context)
    counts.inserted = try connection.run(isTableEmpty ? merge.insertAll : merge.insert)
    counts.unchanged =
      counts.read - counts.rejected - counts.superseded - counts.updated - counts.inserted
    guard counts.unchanged >= 0 else {
      throw LoadFault(
        .countMismatch, "the counts of the load do not add up; nothing was changed",
        isRetriable: true)
    }
    return counts
  }

  /// Refuses the records of which a required derived column came out NULL.
  private static func refuseUnderivable(
    _ merge: Merge, _ writer: inout RecordWriter, _ connection: inout PostgresConnection
  ) throws {
    guard let statement = merge.moveRefused else { return }
    let (count, reports) = try connection.query(
      statement, [.integer(writer.load), .integer(RecordWriter.reportedRejects)]
    ) { result in
      let reports = try (0..<result.rowCount).map { row in
        LoadReport.Reject(
          record: try result.int(row: row, column: 0), line: try result.int(row: row, column: 1),
          byteOffset: try result.int(row: row, column: 2),
          column: try result.textIfPresent(row: row, column: 3),
          code: try result.text(row: row, column: 4),
          reason: try result.text(row: row, column: 5))
      }
      return (result.rowCount > 0 ? try result.int(row: 0, column: 6) : 0, reports)
    }
    writer.noteRefused(count, first: reports)
  }
}
