internal import AWS
internal import CSV
internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres

/// Loads one object: reads it once, and writes its rows, rejects and ledger row in one transaction.
struct ObjectLoader: ~Copyable {
  let package: DataPackage
  /// The buckets that may be read, or nil when every one may.
  let buckets: [String]?
  private var database: Database
  private var s3: S3Client

  init(variables: EnvironmentVariables) throws {
    let package = try DataPackage(variables: variables)
    let database = try Database(variables: variables, package: package)
    let s3 = try Self.client(variables)
    self.package = package
    buckets = variables["SLUICE_BUCKETS"].flatMap { list in
      list == "*" ? nil : list.split { $0 == "," || $0 == " " }.map { String($0) }
    }
    self.database = database
    self.s3 = s3
  }

  /// Makes the client of S3; a setting at fault is an init error.
  private static func client(
    _ variables: EnvironmentVariables
  ) throws(SettingError) -> S3Client {
    do {
      return try S3Client(lookup: { variables[$0] })
    } catch {
      throw SettingError(error)
    }
  }

  /// Loads an object and reports what came of it.
  ///
  /// A load that can never succeed is recorded in the ledger and reported as failed.
  ///
  /// - Throws: ``LoadFault`` for what may succeed later; nothing was changed then.
  mutating func load(
    _ object: ObjectNotification, context: InvocationContext
  ) throws(LoadFault) -> LoadReport {
    let report = try outcome(of: object, context)
    log(report, context)
    return report
  }

  private mutating func outcome(
    of object: ObjectNotification, _ context: InvocationContext
  ) throws(LoadFault) -> LoadReport {
    var report = LoadReport(bucket: object.bucket, key: object.key, status: .ignored)
    guard case .created = object.kind else {
      report.reason = "only objects that were created are loaded"
      return report
    }
    if object.key.hasSuffix("/") {
      report.reason = "the key names a folder"
      return report
    }
    let start = ContinuousClock.now
    var failure: LoadFault
    do {
      let dataset = try dataset(of: object)
      report.table = dataset.table
      return try attempt(object, dataset, report, start, context)
    } catch let fault as LoadFault {
      failure = fault
    } catch let error as PostgresError {
      failure = LoadFault(error)
    } catch let error as AWSError {
      if error.status == 412 {
        report.status = .stale
        report.reason = "the object was overwritten before it was read; its own event loads it"
        return report
      }
      failure = LoadFault(error)
    } catch {
      failure = LoadFault(.objectUnavailable, "\(error)", isRetriable: true)
    }
    guard !failure.isRetriable else { throw failure }
    report.status = .failed
    report.code = failure.code.rawValue
    report.reason = failure.message
    report.seconds = start.duration(to: .now).seconds
    report.id = try record(report, object, context)
    return report
  }

  private func dataset(of object: ObjectNotification) throws(LoadFault) -> Dataset {
    if let buckets, !buckets.contains(object.bucket) {
      throw LoadFault(
        .bucketRefused,
        "the bucket \(object.bucket) is not among SLUICE_BUCKETS; expected one of "
          + buckets.joined(separator: ", "))
    }
    guard let dataset = package.dataset(forKey: object.key) else {
      throw LoadFault(
        .noDataset,
        "the key belongs to no dataset; expected the prefix or the file name of one of "
          + package.names)
    }
    return dataset
  }

  /// The load itself; whatever it throws, the transaction was rolled back.
  private mutating func attempt(
    _ object: ObjectNotification, _ dataset: Dataset, _ blank: LoadReport,
    _ start: ContinuousClock.Instant, _ context: InvocationContext
  ) throws -> LoadReport {
    let target = S3Object(
      bucket: object.bucket, key: object.key, versionID: object.versionID)
    var eTag = object.eTag
    if eTag == nil { eTag = try s3.head(target, timeout: context.deadline.remaining).eTag }
    let version = Ledger.Version(object, eTag: eTag)
    return try Self.load(
      target, version, dataset, blank, start, context, &database, &s3)
  }

  private static func load(
    _ target: S3Object, _ version: Ledger.Version, _ dataset: Dataset, _ blank: LoadReport,
    _ start: ContinuousClock.Instant, _ context: InvocationContext, _ database: inout Database,
    _ s3: inout S3Client
  ) throws -> LoadReport {
    try database.write(context: context) { connection in
      try connection.transaction { connection in
        var report = blank
        try Ledger.lock(version, &connection)
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
          break
        }
        let load = try Ledger.open(
          version, dataset: dataset, requestID: context.requestID, &connection)
        try connection.execute(Merge(dataset: dataset).createStaging)
        var writer = RecordWriter(dataset: dataset, load: load)
        let stream = try ObjectStream.read(
          target, version, into: &writer, context, &connection, &s3)
        try writer.finish(&connection)
        (report.id, report.status) = (load, .loaded)
        report.counts = writer.counts
        if writer.counts.read > 0, writer.counts.rejected == writer.counts.read {
          report.status = .failed
          report.code = LoadFault.Code.wrongShape.rawValue
          report.reason = writer.hopelessReason
        } else {
          report.counts = try MergeRun.run(&writer, context, &connection)
        }
        if report.counts.read == 0 {
          report.reason = "the file holds no record but its header"
        } else if report.status == .loaded, let line = writer.guessedHeaderLine {
          report.reason = "line \(line) was taken for a header with names of its own"
        }
        report.rejects = writer.reported
        report.seconds = start.duration(to: .now).seconds
        try Ledger.close(report, bytes: stream.bytes, head: stream.head, &connection)
        return report
      }
    }
  }

  /// Writes a failed load into the ledger, so that it can be found and replayed.
  private mutating func record(
    _ report: LoadReport, _ object: ObjectNotification, _ context: InvocationContext
  ) throws(LoadFault) -> Int {
    let version = Ledger.Version(object)
    let dataset = package.dataset(forKey: object.key)
    do {
      return try database.write(context: context) { connection in
        try Ledger.recordFailure(
          report, version, dataset: dataset, requestID: context.requestID, &connection)
      }
    } catch {
      let obstacle =
        (error as? PostgresError).map { LoadFault($0) }
        ?? LoadFault(.databaseUnavailable, "\(error)", isRetriable: true)
      throw LoadFault(
        obstacle.code,
        "\(report.reason ?? "the load failed"); that could not be recorded: \(obstacle.message)",
        isRetriable: true)
    }
  }

  private func log(_ report: LoadReport, _ context: InvocationContext) {
    let counts = report.counts
    if let code = report.code {
      context.log.warn(
        "Load failed",
        [
          "bucket": .string(report.bucket), "key": .string(report.key), "code": .string(code),
          "reason": .string(report.reason ?? ""), "read": .integer(counts.read),
          "rejected": .integer(counts.rejected),
        ])
    } else if let reason = report.reason {
      context.log.info(
        "Load \(report.status.rawValue)",
        [
          "bucket": .string(report.bucket), "key": .string(report.key), "reason": .string(reason),
          "read": .integer(counts.read), "rejected": .integer(counts.rejected),
        ])
    } else {
      context.log.info(
        "Load \(report.status.rawValue)",
        [
          "bucket": .string(report.bucket), "key": .string(report.key),
          "table": .string(report.table ?? ""), "read": .integer(counts.read),
          "rejected": .integer(counts.rejected), "seconds": .number(report.seconds),
        ])
    }
    guard let table = report.table, report.status == .loaded else { return }
    context.log.metrics(
      namespace: "Sluice", dimensions: ["Table": table],
      values: [
        Metric("RecordsRead", Double(counts.read)),
        Metric("RecordsRejected", Double(counts.rejected)),
        Metric("LoadTime", report.seconds, .seconds),
      ])
  }
}
