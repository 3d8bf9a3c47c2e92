import AWS
import Glibc
import HTTP
import JSON
import LambdaRuntime
import Synchronization
import TestSupport

/// A database and a bucket for loads that are broken off, and what the table should hold.
struct ChaosRig: ~Copyable {
  private static let count = Atomic<Int>(0)

  static var isAvailable: Bool { ScratchDatabase.isAvailable && endpoint != nil }
  static let reason = "set TEST_DATABASE_URL and TEST_AWS_ENDPOINT_URL"

  private static var endpoint: String? {
    unsafe getenv("TEST_AWS_ENDPOINT_URL").map { unsafe String(cString: $0) }
  }

  /// One object to load, and the event that says so.
  struct Upload {
    let file: ChaosFile
    let event: String
    let key: String
  }

  let database: ScratchDatabase
  /// The variables of a function that loads.
  let values: [String: String]
  private let bucket: String
  private let package: PackageFile
  private var s3: S3Client
  /// The rows the table should hold, by key.
  private var rows: [Int: String] = [:]
  private var uploads = 0

  init() throws {
    let database = try ScratchDatabase()
    let package = try PackageFile(
      """
      {"name":"p","resources":[{"name":"things","schema":{"fields":[
      {"name":"id","type":"integer","constraints":{"required":true}},
      {"name":"word","type":"string","constraints":{"required":true}}],"primaryKey":"id"},
      "sluice":{"prefix":"things/"}}]}
      """)
    let bucket = "chaos-\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)"
    let values = [
      "SLUICE_DATAPACKAGE": package.path, "DATABASE_URL": database.url, "AWS_REGION": "us-east-1",
      "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
      "AWS_ENDPOINT_URL": Self.endpoint ?? "",
    ]
    var s3 = try S3Client(lookup: { values[$0] })
    try s3.createBucket(bucket, timeout: .seconds(10))
    self.database = database
    self.values = values
    self.bucket = bucket
    self.package = package
    self.s3 = s3
  }

  /// Puts the next file into the bucket; into an empty table if asked for, which is then so.
  mutating func upload(
    records: Int, seed: UInt64, intoEmptyTable: Bool = false
  ) throws -> Upload {
    if intoEmptyTable, uploads > 0 {
      try database.execute("TRUNCATE things")
      rows = [:]
    }
    uploads += 1
    let file = ChaosFile(records: records, seed: seed)
    let key = "things/\(uploads).csv"
    let head = try s3.put(
      S3Object(bucket: bucket, key: key), body: Array(file.text.utf8), timeout: .seconds(10))
    let tag = (head.eTag ?? "").replacing("\"", with: "")
    let record = """
      {"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1",\
      "eventTime":"2026-01-01T00:00:00.000Z","eventName":"ObjectCreated:Put","s3":{"bucket":\
      {"name":"\(bucket)"},"object":{"key":"\(key)","size":1,"eTag":"\(tag)"}}}
      """
    let body = String(decoding: try JSON.encode(#"{"Records":[\#(record)]}"#), as: UTF8.self)
    let event = """
      {"Records":[{"messageId":"1","receiptHandle":"r","body":\(body),"attributes":\
      {"ApproximateReceiveCount":"1"},"messageAttributes":{},"md5OfBody":"",\
      "eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:q",\
      "awsRegion":"us-east-1"}]}
      """
    return Upload(file: file, event: event, key: key)
  }

  /// What is wrong after a file was loaded at last: with its report, with the table, or with the
  /// ledger; nil when nothing is.
  mutating func fault(after upload: Upload, _ answer: ChaosAnswer) throws -> String? {
    let file = upload.file
    let before = rows
    rows.merge(file.rows) { $1 }
    let inserted = file.rows.count { before[$0.key] == nil }
    let unchanged = file.rows.count { before[$0.key] == $0.value }
    let expected = [
      file.read, inserted, file.rows.count - inserted - unchanged, unchanged, file.superseded,
      file.rejected, 0,
    ]
    guard let report = answer.loads.first, answer.batchItemFailures.isEmpty else {
      return "not loaded: \(answer)"
    }
    guard ["loaded", "already-loaded"].contains(report.status), report.counts == expected else {
      return "\(report) instead of \(expected)"
    }
    let held = try database.rows("SELECT id, word FROM things ORDER BY id")
    guard held == rows.sorted(by: { $0.key < $1.key }).map({ ["\($0.key)", $0.value] }) else {
      return "the table holds other rows: \(held.count) instead of \(rows.count)"
    }
    let ledger = try database.rows(
      """
      SELECT count(*), min(id), (SELECT count(*) FROM sluice.rejects WHERE load = min(l.id)),
        (SELECT count(*) FROM sluice.loads WHERE key = '\(upload.key)' AND status <> 'loaded'),
        (SELECT count(*) FROM sluice.rejects r
          WHERE NOT EXISTS (SELECT FROM sluice.loads l WHERE l.id = r.load))
      FROM sluice.loads l WHERE key = '\(upload.key)' AND status = 'loaded'
      """)
    guard ledger == [["1", "\(report.id)", "\(file.rejected)", "0", "0"]] else {
      return "the ledger has \(ledger) of \(report)"
    }
    return nil
  }
}

/// The answer of `csv-load`.
struct ChaosAnswer: Decodable {
  struct Load: Decodable {
    let id: Int
    let status: String
    let read: Int
    let inserted: Int
    let updated: Int
    let unchanged: Int
    let superseded: Int
    let rejected: Int
    let pending: Int

    var counts: [Int] { [read, inserted, updated, unchanged, superseded, rejected, pending] }
  }

  struct Failure: Decodable { let itemIdentifier: String }

  let loads: [Load]
  let batchItemFailures: [Failure]
}
