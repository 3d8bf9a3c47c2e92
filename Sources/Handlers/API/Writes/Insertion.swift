internal import CSV
internal import CSVLoad
internal import Datasets
internal import LambdaRuntime
internal import Postgres
internal import Tables

/// Inserts rows that stand ready, by the machinery of a load: the ledger has a row for them too.
///
/// All or nothing: a row whose key is taken, or whose parent is not there, undoes all of them.
struct Insertion {
  let dataset: Dataset
  let family: [Dataset]
  let context: InvocationContext

  /// What the ledger has as bucket of rows that came by no file.
  static let bucket = "api"

  /// What an insertion did.
  struct Outcome {
    /// The rows as they are in the table, as JSON.
    let rows: [UInt8]
    /// Loads of files of which waiting records were refused when the rows let them heal.
    let refusing: [Ledger.Entry]
  }

  /// Inserts rows in an open transaction.
  ///
  /// - Throws: A problem that lists every row that cannot be inserted; the transaction is then to be
  ///   rolled back.
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

  /// The problem that lists what was refused, and what waits for a parent.
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
  /// The dataset for rows that come as plain CSV without a header and are only added.
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
  /// The rows of the table that the staged records became, as a JSON list in their order.
  fileprivate var inserted: String {
    let columns = dataset.columns.map { "t." + SQLText.identifier($0.name) }
    return """
      SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM (
        SELECT \(columns.joined(separator: ", ")) FROM \(table) t
        JOIN \(source) s ON \(sameKey) ORDER BY s.sluice_record) r
      """
  }
}
