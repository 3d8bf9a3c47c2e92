import AWS
import FeatureRigs
import JSON
import JobIngest
import LambdaRuntime
import Postgres
import TestSupport
import Testing

@testable import Backups
@testable import Datasets
@testable import Tables

/// A database and a bucket of a test's own, with tables that are backed up and restored.
struct BackupRig: ~Copyable {
  var rig: LoaderRig
  var s3: S3Client
  var connection: PostgresConnection

  init(_ more: [String: String] = [:], sql: String = "") throws {
    let rig = try LoaderRig(more)
    let variables = rig.variables
    let s3 = try S3Client(lookup: { variables[$0] })
    var connection = try PostgresConnection(PostgresSettings(url: rig.database.url))
    try DatabaseSchema(
      migrations: Migration.ledger + [.jobIngest, .backups],
      datasets: DataPackage(variables: variables).datasets
    ).prepare(&connection)
    try connection.execute(sql)
    self.rig = rig
    self.s3 = s3
    self.connection = connection
  }

  @discardableResult
  mutating func backUp(
    _ table: String, keep: Int = 0, within time: Duration = .seconds(30)
  ) throws -> Backup.Report {
    let settings = try BackupSettings(
      bucket: rig.bucket, variables: EnvironmentVariables(["BACKUP_RETENTION": "\(keep)"]))
    return try Backup(
      table: PublicTable.named(table), settings: settings,
      context: InvocationContext(requestID: "backup", deadline: .after(time))
    ).run(&connection, &s3)
  }

  @discardableResult
  mutating func restore(
    _ table: String, _ backup: Int? = nil, within time: Duration = .seconds(30)
  ) throws -> Restore.Report {
    try Restore(
      table: PublicTable.named(table), backup: backup,
      context: InvocationContext(requestID: "restore", deadline: .after(time))
    ).run(&connection, &s3)
  }

  /// Every row as text, with every digit there is.
  func rows(_ table: String) throws -> [String] {
    try rig.database.rows("SELECT t::text FROM \(table) t ORDER BY t::text COLLATE \"C\"")
      .map { $0.joined() }
  }

  /// Puts other bytes in the place of a backup's object.
  mutating func replace(_ report: Backup.Report, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = try rig.bytes(of: report.key)
    change(&bytes)
    try rig.upload(bytes, as: report.key)
  }

  /// Whether a backup's object is in the bucket.
  mutating func holds(_ key: String) throws -> Bool {
    do {
      _ = try s3.head(S3Object(bucket: rig.bucket, key: key), timeout: .seconds(5))
      return true
    } catch let error where error.status == 404 {
      return false
    }
  }
}

extension PublicTable {
  /// The table of a feature, or another one that a test made.
  fileprivate static func named(_ name: String) -> PublicTable {
    jobIngest.first { $0.name == name } ?? PublicTable(name)
  }
}
