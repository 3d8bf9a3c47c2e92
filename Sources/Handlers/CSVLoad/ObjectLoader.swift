internal import AWS
package import Datasets
package import LambdaEvents
package import LambdaRuntime
internal import Postgres
internal import System
internal import Tables

/// Loads one object: reads it once and writes its rows, rejects and ledger row in one transaction.
package struct ObjectLoader: ~Copyable {
  let package: DataPackage
  /// The buckets that may be read; nil allows every bucket.
  let buckets: [String]?
  /// What the caller asks for beyond an event of S3.
  package var options = LoadOptions()
  private var database: Database
  private var s3: S3Client

  init(variables: EnvironmentVariables) throws {
    try self.init(package: DataPackage(variables: variables), variables: variables)
  }

  package init(package: DataPackage, variables: EnvironmentVariables) throws {
    let database = try Database(variables: variables, package: package)
    let s3 = try variables.client { (lookup) throws(AWSError) in try S3Client(lookup: lookup) }
    self.package = package
    buckets = variables["SLUICE_BUCKETS"].flatMap { list in
      list == "*" ? nil : list.split { $0 == "," || $0 == " " }.map { String($0) }
    }
    self.database = database
    self.s3 = s3
  }

  /// Loads an object and reports the result.
  ///
  /// A load that can never succeed is recorded in the ledger and reported as failed.
  ///
  /// - Throws: ``LoadFault`` if a retry may succeed; nothing was changed then.
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
    report.reason = Self.reasonToIgnore(object)
    guard report.reason == nil else { return report }
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
    report.fail(failure)
    report.seconds = start.duration(to: .now).seconds
    report.id = try database.recordFailure(
      report, Ledger.Version(object), options.dataset ?? package.dataset(forKey: object.key),
      context)
    return report
  }

  private static func reasonToIgnore(_ object: ObjectNotification) -> String? {
    guard case .created = object.kind else { return "only objects that were created are loaded" }
    if object.key.hasSuffix("/") { return "the key names a folder" }
    if object.key.utf8.starts(with: ReservedPrefix.rejects.utf8) {
      return
        "under \(ReservedPrefix.rejects) are the rejects of other loads; to load a mended file, "
        + "upload it where its dataset's files go"
    }
    if object.key.utf8.starts(with: ReservedPrefix.backups.utf8) {
      return
        "under \(ReservedPrefix.backups) are backups of tables, which are restored, not loaded"
    }
    return nil
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

  /// How often an object that is replaced while it is read is started over.
  private static let beginnings = 3
  /// The time an invocation reserves to merge, to answer, or to report that time ran out.
  private static let margin = Duration.seconds(1)

  /// The load itself; if it throws, the transaction was rolled back.
  ///
  /// If an object is replaced while it is read, the replacement is loaded: nothing of the earlier
  /// content remains, and the replacement's own event finds it loaded.
  private mutating func attempt(
    _ object: ObjectNotification, _ dataset: Dataset, _ blank: LoadReport,
    _ start: Instant, _ context: InvocationContext
  ) throws -> LoadReport {
    let target = S3Object(
      bucket: object.bucket, key: object.key, versionID: object.versionID)
    var eTag = object.eTag
    // If the event names the version, a replacement has an event of its own.
    var isTold = eTag != nil
    var beginning = 1
    while true {
      if eTag == nil { eTag = try s3.head(target, timeout: context.deadline.remaining).eTag }
      let version = Ledger.Version(object, eTag: eTag)
      do {
        let transaction = LoadTransaction(
          version: version, dataset: dataset, family: package.family(of: dataset),
          options: options, start: start, context: context)
        return try Self.run(transaction, target, blank, &database, &s3)
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
    _ database: inout Database, _ s3: inout S3Client
  ) throws -> LoadReport {
    let (version, context) = (transaction.version, transaction.context)
    return try transaction.run(blank, &database) { receive in
      try s3.download(
        target, ifMatch: version.versionID == nil ? version.eTag : nil,
        timeout: context.deadline.remaining - margin,
        onInterruption: { cause, received in
          context.log.info(
            "Download interrupted; going on where it was",
            [
              "bucket": .string(target.bucket), "key": .string(target.key),
              "bytes": .integer(Int(received)), "reason": .string("\(cause)"),
            ])
        }, receive: { head, bytes in try receive(bytes, head.size.map { Int($0) }) })
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
