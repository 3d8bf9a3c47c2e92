internal import AWS
internal import Datasets
internal import LambdaRuntime
internal import Postgres
internal import System
internal import Tables

/// One load as one transaction, whatever the source of its bytes: rows, rejects and the ledger's
/// row.
struct LoadTransaction {
  /// Passes a file's bytes on as they arrive, with the size of the whole if known; returns what S3
  /// said of the object.
  typealias Source =
    (_ receive: (Span<UInt8>, _ size: Int?) throws -> Void) throws -> S3ObjectHead?

  /// How often a load that loses against another transaction is attempted, in all.
  private static let attempts = 5

  let version: Ledger.Version
  let dataset: Dataset
  /// The dataset, and the datasets whose records may be waiting for its rows.
  let family: [Dataset]
  let options: LoadOptions
  let start: Instant
  let context: InvocationContext

  /// Runs the load unless the ledger already has it; if it throws, the transaction was rolled back.
  func run(
    _ blank: LoadReport, _ database: inout Database, from source: Source
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
        // From here on a watcher can end the load, even while it waits for another one.
        try options.onProgress?(LoadProgress(backendID: connection.backendID))
        try connection.lockLoads(of: version.key, in: version.bucket)
        var report = blank
        switch options.isForced ? .new : try connection.compareWithLoads(version) {
        case .loaded(let id, let counts, let seconds):
          (report.id, report.status, report.counts) = (id, .alreadyLoaded, counts)
          report.seconds = seconds
        case .stale(let id):
          (report.id, report.status) = (id, .stale)
          report.reason = "a later version of the object was loaded"
        case .new: return try load(report, &connection, source)
        }
        return report
      }
    }
  }

  private func load(
    _ blank: LoadReport, _ connection: inout PostgresConnection, _ source: Source
  ) throws -> LoadReport {
    var report = blank
    try connection.run(
      "SELECT set_config('application_name', $1, true)",
      [.text(LoadName.text(table: dataset.table, key: version.key))])
    let load = try connection.openLoad(version, dataset, requestID: context.requestID)
    let isDirect = try DirectCopy.claim(dataset, family, &connection)
    var writer = RecordWriter(dataset: dataset, load: load, isDirect: isDirect)
    let head = try writer.read(&connection, onProgress: options.onProgress, from: source)
    try writer.finish(&connection)
    var merge = Merge(writer, family: family, log: context.log)
    (report.id, report.status) = (load, .loaded)
    if merge.writer.refusal == nil { try merge.run(&connection, &report) }
    if let refusal = merge.writer.refusal {
      try merge.writer.withdraw(&connection)
      report.fail(refusal)
      report.counts = merge.writer.counts
    } else if report.counts.read == 0 {
      report.reason = "the file holds no record"
    } else if let line = merge.writer.guessedHeaderLine {
      report.reason = "line \(line) was taken for a header with names of its own"
    }
    guard report.counts.isBalanced else {
      throw LoadFault(
        .countMismatch, "the counts of the load do not add up; nothing was changed",
        isRetriable: true)
    }
    report.rejects = merge.writer.reported
    report.seconds = start.duration(to: .now).seconds
    try connection.closeLoad(
      report, bytes: merge.writer.bytes, head: head ?? nil,
      rejectsHeader: RejectsFile.header(merge.writer.fileColumns, dataset.dialect))
    return report
  }
}
