internal import AWS
internal import Avro
internal import Postgres

/// Why a table was not backed up or restored; nothing was changed then.
package struct BackupFault: Error, Equatable {
  package enum Code: String, Sendable {
    case unknownTable = "unknown-table"
    case noBucket = "no-bucket"
    case noBackup = "no-backup"
    case unsupportedColumn = "unsupported-column"
    case noKey = "no-key"
    case rowTooLarge = "row-too-large"
    case schemaMismatch = "schema-mismatch"
    case stillReferenced = "still-referenced"
    case objectDamaged = "object-damaged"
    case objectUnavailable = "object-unavailable"
    case outOfTime = "out-of-time"
  }

  package let code: Code
  package let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// What ended a backup or a restore, in its own words; other errors come out as they are.
  static func explaining(_ error: any Error, _ work: String) -> any Error {
    switch error {
    case let error as PostgresError where error.isTimeout:
      BackupFault(.outOfTime, "the time of the invocation ran out during \(work)")
    case let error as AWSError where error.code == "TimedOut":
      BackupFault(.outOfTime, "the time of the invocation ran out during \(work)")
    case let error as AWSError where error.isObjectChanged || error.status == 404:
      BackupFault(.objectDamaged, "the object of \(work) is gone or was replaced (\(error.code))")
    case let error as AWSError:
      BackupFault(
        .objectUnavailable, "S3 did not serve \(work): \(error.operation) answered \(error.code)")
    case let error as AvroError where error.offset == nil:
      BackupFault(.rowTooLarge, "\(work): \(error)")
    case let error as AvroError:
      BackupFault(.objectDamaged, "\(work): \(error)")
    default: error
    }
  }
}
