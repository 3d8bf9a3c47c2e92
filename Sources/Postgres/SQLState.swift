/// Names one condition of the server by its five-character code.
///
/// The codes are those of appendix A of the PostgreSQL manual.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The five characters.
  public let rawValue: String

  /// Wraps a code as the server spelled it.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The five characters.
  public var description: String { rawValue }

  /// The first two characters, which name the class of conditions.
  public var classCode: Substring { rawValue.prefix(2) }

  /// A key came twice.
  public static let uniqueViolation = SQLState(rawValue: "23505")
  /// A foreign key has no parent row.
  public static let foreignKeyViolation = SQLState(rawValue: "23503")
  /// A statement in a transaction that has already failed.
  public static let inFailedSQLTransaction = SQLState(rawValue: "25P02")
  /// A write where only reads are allowed, as on a primary that became a standby.
  public static let readOnlySQLTransaction = SQLState(rawValue: "25006")
  /// A login that the server does not allow, as when IAM refuses a token.
  public static let invalidAuthorizationSpecification = SQLState(rawValue: "28000")
  /// A password that is wrong, or no longer right.
  public static let invalidPassword = SQLState(rawValue: "28P01")
  /// A database that does not exist.
  public static let invalidCatalogName = SQLState(rawValue: "3D000")
  /// A serialization failure; the transaction may be run again.
  public static let serializationFailure = SQLState(rawValue: "40001")
  /// A deadlock; the transaction may be run again.
  public static let deadlockDetected = SQLState(rawValue: "40P01")
  /// A table that does not exist.
  public static let undefinedTable = SQLState(rawValue: "42P01")
  /// A column that does not exist.
  public static let undefinedColumn = SQLState(rawValue: "42703")
  /// A prepared statement that does not stand, as when a pooler gave the session another server.
  public static let invalidStatementName = SQLState(rawValue: "26000")
  /// A prepared statement that stands already.
  public static let duplicatePreparedStatement = SQLState(rawValue: "42P05")
  /// What the server does not do, such as running a prepared statement whose columns have other types
  /// by now.
  public static let featureNotSupported = SQLState(rawValue: "0A000")
  /// No connection slot is free.
  public static let tooManyConnections = SQLState(rawValue: "53300")
  /// A lock that was not to be had in time.
  public static let lockNotAvailable = SQLState(rawValue: "55P03")
  /// A statement that was cancelled or ran past its time.
  public static let queryCanceled = SQLState(rawValue: "57014")
  /// The server is shutting down, or an administrator ended the session.
  public static let adminShutdown = SQLState(rawValue: "57P01")
  /// The server ends all sessions because one of them crashed.
  public static let crashShutdown = SQLState(rawValue: "57P02")
  /// The server is starting up or shutting down.
  public static let cannotConnectNow = SQLState(rawValue: "57P03")
}
