internal import Datasets
internal import LambdaRuntime
internal import Postgres
internal import System
internal import Tables

/// One load as one transaction, wherever its bytes come from: rows, rejects and the ledger's row.
struct LoadTransaction {
  /// How often a load is begun, in all, that loses against another transaction.
  private static let attempts = 5

  let version: Ledger.Version
  let dataset: Dataset
  /// The dataset, and those whose records may wait for its rows.
  let family: [Dataset]
  let options: LoadOptions
  let start: Instant
  let context: InvocationContext

  /// Runs the load unless the ledger has it; whatever is thrown, the transaction was rolled back.
  ///
  /// The closure streams the file into the writer.
  func run(
    _ blank: LoadReport, _ database: inout Database,
    read: (inout RecordWriter, inout PostgresConnection) throws -> ObjectStream.Read
  ) throws -> LoadReport {
    try database.write(context: context) { connection in
      var attempt = 0
      return try connection.transaction(attempts: Self.attempts) { connection in
        attempt += 1
        if attempt > 1 {
          context.log.info(
            "Load lost against another transaction; beginning anew",
            ["bucket": .string(blank.bucket), "key": .string(blank.key)])
        }
        // Whoever watches can end it from here on, also while it waits for another load.
        try options.onProgress?(LoadProgress(backendID: connection.backendID))
        try Ledger.lock(version.bucket, version.key, &connection)
        if !options.isForced, let known = try known(blank, &connection) { return known }
        return try load(blank, &connection, read)
      }
    }
  }

  /// The report of a version that need not be loaded; nil when it has to be.
  private func known(
    _ blank: LoadReport, _ connection: inout PostgresConnection
  ) throws -> LoadReport? {
    var report = blank
    switch try Ledger.judge(version, &connection) {
    case .loaded(let id, let counts, let seconds):
      (report.id, report.status, report.counts) = (id, .alreadyLoaded, counts)
      report.seconds = seconds
      return report
    case .stale(let id):
      (report.id, report.status) = (id, .stale)
      report.reason = "a later version of the object was loaded"
      return report
    case .new:
      return nil
    }
  }

  private func load(
    _ blank: LoadReport, _ connection: inout PostgresConnection,
    _ read: (inout RecordWriter, inout PostgresConnection) throws -> ObjectStream.Read
  ) throws -> LoadReport {
    var report = blank
    try LoadName.set(table: dataset.table, key: version.key, &connection)
    let load = try Ledger.open(
      version, dataset: dataset, requestID: context.requestID, &connection)
    let isDirect = try DirectCopy.claim(dataset, family, &connection)
    var writer = RecordWriter(dataset: dataset, load: load, isDirect: isDirect)
    let stream = try read(&writer, &connection)
    try writer.finish(&connection)
    (report.id, report.status) = (load, .loaded)
    if writer.refusal == nil {
      let run = Merge(family: family, load: load, context: context)
      let outcome = try run.run(&writer, &connection)
      report.counts = outcome.counts
      (report.deleted, report.healed) = (outcome.deleted, outcome.healed)
      report.refusing = outcome.refusing
    }
    if let refusal = writer.refusal {
      try writer.withdraw(&connection)
      report.status = .failed
      report.code = refusal.code.rawValue
      report.reason = refusal.message
      report.counts = writer.counts
    }
    if report.counts.read == 0, report.status == .loaded {
      report.reason = "the file holds no record"
    } else if report.status == .loaded, let line = writer.guessedHeaderLine {
      report.reason = "line \(line) was taken for a header with names of its own"
    }
    guard report.counts.isBalanced else {
      throw LoadFault(
        .countMismatch, "the counts of the load do not add up; nothing was changed",
        isRetriable: true)
    }
    report.rejects = writer.reported
    report.seconds = start.duration(to: .now).seconds
    try Ledger.close(
      report, bytes: stream.bytes, head: stream.head,
      rejectsHeader: RejectsFile.header(writer.fileColumns, dataset.dialect), &connection)
    return report
  }
}
