internal import CSV
internal import CSVLoad
internal import Datasets
internal import LambdaRuntime
internal import Postgres
internal import Tables

/// Inserts rows by a load of its own, which the ledger records.
///
/// It inserts all rows or none: a row with an existing key or a missing parent rolls back all of them.
struct Insertion {
  let dataset: Dataset
  let family: [Dataset]
  let context: InvocationContext

  /// The bucket in the ledger for rows that came without a file.
  static let bucket = "api"

  /// The result of an insertion.
  struct Outcome {
    /// The rows as stored in the table, as JSON.
    let rows: [UInt8]
    /// Loads of files whose pending records were rejected when these rows let them heal.
    let refusing: [Ledger.Entry]
  }

  /// Inserts rows in an open transaction.
  ///
  /// - Throws: A problem that lists every row that cannot be inserted; the caller has to roll back the
  ///   transaction then.
  func run(_ input: InputRows, _ connection: inout PostgresConnection) throws -> Outcome {
    let dataset = dataset.asInserted
    let csv = input.csv
    let version = Ledger.Version(
      bucket: Self.bucket, key: "\(dataset.table)/\(context.requestID)", eTag: context.requestID)
    let load = try connection.openLoad(version, dataset, requestID: context.requestID)
    var writer = RecordWriter(dataset: dataset, load: load, isDirect: false)
    try writer.read(&connection) { receive in try receive(csv.span, csv.count) }
    try writer.finish(&connection)
    var merge = Merge(writer, family: family, log: context.log)
    var report = LoadReport(bucket: version.bucket, key: version.key, status: .loaded)
    try merge.run(&connection, &report)
    let counts = report.counts
    guard counts.rejected == 0, counts.pending == 0 else {
      throw try refusal(load, &connection)
    }
    guard counts.inserted == input.rows.count else {
      throw LoadFault(
        .countMismatch, "\(counts.inserted) of \(input.rows.count) rows were inserted",
        isRetriable: true)
    }
    let rows = try connection.row(MergeStatements(dataset: dataset).inserted) { row in
      try row.body()
    }
    return Outcome(rows: rows, refusing: report.refusing)
  }

  /// The problem that lists the rejected rows and those without a parent.
  private func refusal(
    _ load: Int, _ connection: inout PostgresConnection
  ) throws -> Problem {
    let faults = try connection.rows(
      """
      SELECT record, column_name, code, reason FROM sluice.rejects WHERE load = $1
      UNION ALL
      SELECT record, column_name, 'no-parent', 'there is no row of ' || parent || ' that it refers to'
      FROM sluice.pending WHERE load = $1
      ORDER BY 1
      """, [.integer(load)]
    ) { row in
      Problem.Fault(
        row: try row.int() - 1, field: try row.textIfPresent(), code: try row.text(),
        reason: try row.text())
    }
    let conflicts = [RejectCode.duplicateKey.rawValue, RejectCode.notUnique.rawValue, "no-parent"]
    let isConflict = faults.allSatisfy { conflicts.contains($0.code) }
    return Problem(
      isConflict ? .conflict : .invalidRows,
      "\(faults.count) rows cannot be inserted; none was.", faults: faults)
  }
}

extension Dataset {
  /// The dataset for rows of plain CSV without a header that are only appended.
  fileprivate var asInserted: Dataset {
    var dataset = self
    dataset.header = .absent
    dataset.dialect = CSVDialect(emptyLineIsRecord: true)
    dataset.mode = .append
    dataset.maxRejects = nil
    return dataset
  }
}

extension MergeStatements {
  /// Reads the inserted rows, as a JSON list in the order of the staged records.
  fileprivate var inserted: String {
    let columns = dataset.columns.map { "t." + SQLText.identifier($0.name) }
    return """
      SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM (
        SELECT \(columns.joined(separator: ", ")) FROM \(table) t
        JOIN \(source) s ON \(sameKey) ORDER BY s.sluice_record) r
      """
  }
}
