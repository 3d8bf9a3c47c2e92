internal import AWS
package import Datasets
package import LambdaEvents
package import LambdaRuntime
internal import Postgres
internal import System
internal import Tables

/// Loads one object: reads it once, and writes its rows, rejects and ledger row in one transaction.
package struct ObjectLoader: ~Copyable {
  let package: DataPackage
  /// The buckets that may be read, or nil when every one may.
  let buckets: [String]?
  /// What is to be done otherwise than an event of S3 wants it.
  package var options = LoadOptions()
  private var database: Database
  private var s3: S3Client

  init(variables: EnvironmentVariables) throws {
    try self.init(package: DataPackage(variables: variables), variables: variables)
  }

  package init(package: DataPackage, variables: EnvironmentVariables) throws {
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
  package mutating func load(
    _ object: ObjectNotification, context: InvocationContext
  ) throws(LoadFault) -> LoadReport {
    var report = try outcome(of: object, context)
    if let dataset = options.dataset ?? package.dataset(forKey: object.key) {
      RejectsFile.write(for: &report, of: dataset, in: package, context, &database, &s3)
    }
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
    if object.key.utf8.starts(with: ReservedPrefix.rejects.utf8) {
      report.reason =
        "under \(ReservedPrefix.rejects) are the rejects of other loads; to load a mended file, "
        + "upload it where its dataset's files go"
      return report
    }
    if object.key.utf8.starts(with: ReservedPrefix.backups.utf8) {
      report.reason =
        "under \(ReservedPrefix.backups) are backups of tables, which are restored, not loaded"
      return report
    }
    let start = Instant.now
    let failure: LoadFault
    do {
      let dataset = try dataset(of: object)
      report.table = dataset.table
      return try attempt(object, dataset, report, start, context)
    } catch let error as AWSError {
      if error.status == 412 {
        report.status = .stale
        report.reason = "the object was overwritten before it was read; its own event loads it"
        return report
      }
      failure = LoadFault(error)
    } catch {
      failure = LoadFault(cause: error)
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
    guard let dataset = options.dataset ?? package.dataset(forKey: object.key) else {
      throw LoadFault(
        .noDataset,
        "the key belongs to no dataset; expected the prefix or the file name of one of "
          + package.names)
    }
    return dataset
  }

  /// How often an object is begun anew that is replaced while it is read.
  private static let beginnings = 3

  /// The load itself; whatever it throws, the transaction was rolled back.
  ///
  /// An object that is replaced while it is read is loaded as it is then: of what was read before
  /// nothing remains, and the replacement's own event finds it loaded.
  private mutating func attempt(
    _ object: ObjectNotification, _ dataset: Dataset, _ blank: LoadReport,
    _ start: Instant, _ context: InvocationContext
  ) throws -> LoadReport {
    let target = S3Object(
      bucket: object.bucket, key: object.key, versionID: object.versionID)
    var eTag = object.eTag
    // When the event told which object it is about, one in its place has an event of its own.
    var isTold = eTag != nil
    var beginning = 1
    while true {
      if eTag == nil { eTag = try s3.head(target, timeout: context.deadline.remaining).eTag }
      let version = Ledger.Version(object, eTag: eTag)
      do {
        let transaction = LoadTransaction(
          version: version, dataset: dataset, family: package.family(of: dataset),
          options: options, start: start, context: context)
        return try Self.run(transaction, target, blank, &database, &s3, options.onProgress)
      } catch let error as AWSError
        where error.isObjectChanged || error.status == 412 && !isTold
      {
        guard beginning < Self.beginnings else {
          throw LoadFault(
            .objectUnavailable, "the object was overwritten each time it was read",
            isRetriable: true)
        }
        context.log.info(
          "Object overwritten while it was read; beginning anew",
          ["bucket": .string(object.bucket), "key": .string(object.key)])
        beginning += 1
        (eTag, isTold) = (nil, false)
      }
    }
  }

  private static func run(
    _ transaction: LoadTransaction, _ target: S3Object, _ blank: LoadReport,
    _ database: inout Database, _ s3: inout S3Client, _ onProgress: LoadProgress.Watcher?
  ) throws -> LoadReport {
    try transaction.run(blank, &database) { writer, connection in
      try ObjectStream.read(
        target, transaction.version, into: &writer, transaction.context, &connection, &s3,
        onProgress: onProgress)
    }
  }

  /// Writes a failed load into the ledger, so that it can be found and replayed.
  private mutating func record(
    _ report: LoadReport, _ object: ObjectNotification, _ context: InvocationContext
  ) throws(LoadFault) -> Int {
    try Ledger.recordFailure(
      report, Ledger.Version(object),
      dataset: options.dataset ?? package.dataset(forKey: object.key), context, &database)
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
          "rejected": .integer(counts.rejected), "pending": .integer(counts.pending),
          "deleted": .integer(report.deleted), "healed": .integer(report.healed),
          "seconds": .number(report.seconds),
        ])
    }
    guard let table = report.table, report.status == .loaded else { return }
    context.log.metrics(
      namespace: "Sluice", dimensions: ["FunctionName": context.functionName, "Table": table],
      values: [
        Metric("RecordsRead", Double(counts.read)),
        Metric("RecordsRejected", Double(counts.rejected)),
        Metric("LoadTime", report.seconds, .seconds),
      ])
  }
}
