internal import AWS
internal import Avro
internal import Datasets
internal import Postgres

/// Why a table was not backed up or restored; nothing has changed then.
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
    case noParent = "no-parent"
    case objectDamaged = "object-damaged"
    case objectUnavailable = "object-unavailable"
    case databaseRefused = "database-refused"
    case outOfTime = "out-of-time"
  }

  package let code: Code
  package let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  static let unexpectedRow = BackupFault(
    .databaseRefused, "the server sent a row of another form")

  /// Names the constraint that the restored rows violate.
  init(violation error: PostgresError, of table: String) {
    let other = error.table ?? table
    let constraint = "the constraint \(error.constraint ?? "") of \(other)"
    switch error.sqlState {
    case .foreignKeyViolation where other == table:
      self.init(
        .noParent,
        "rows of the backup refer to rows that are not there, by \(constraint); restore or load those "
          + "first")
    case .foreignKeyViolation, SQLState(rawValue: "23001"):
      self.init(
        .stillReferenced,
        "rows of \(other) refer to rows of \(table) that would go, by \(constraint); delete or "
          + "restore those of \(other) first")
    default:
      let obstacle = error.constraint == nil ? "a rule of \(table)" : constraint
      self.init(
        .schemaMismatch,
        "rows of the backup break \(obstacle), which may be younger than they are; drop it, restore, "
          + "and add it again")
    }
  }

  /// Explains the error that ended a backup or a restore; returns other errors unchanged.
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
    case let error as AvroError where error.offset == nil && error.code != .notAvro:
      BackupFault(
        .rowTooLarge, "\(work): \(error.reason); rows count in the order of the primary key")
    case let error as AvroError:
      BackupFault(.objectDamaged, "\(work): \(error)")
    case is BinaryRowFault:
      unexpectedRow
    default: error
    }
  }
}
