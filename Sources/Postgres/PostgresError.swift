internal import CLibpq

/// Says what failed, in the server's own fields where the server spoke.
///
/// `description` may be logged; `debugDescription` adds the detail, which can hold row values, and
/// the SQL. Neither ever holds parameters or passwords.
public struct PostgresError: Error {
  /// Tells the kinds of failure apart that callers treat differently.
  public enum Code: String, Sendable {
    /// A setting is missing or wrong.
    case setting
    /// The server could not be reached in time, refused the session, or the session was lost.
    case connection
    /// The server did not answer a session in time, which is given up.
    case timeout
    /// The server refused a statement.
    case server
    /// The server refused to commit; nothing of the transaction was kept.
    case commitRefused
    /// The session was lost while committing: the transaction may or may not have been kept.
    case commitOutcomeUnknown
    /// A value cannot be sent, or a field does not hold what was asked for.
    case value
    /// The conversation does not allow this now, or the server said something unexpected.
    case conversation
  }

  /// The kind of failure.
  public var code: Code
  /// The server's code, when the server spoke.
  public var sqlState: SQLState?
  /// The primary message.
  public var message: String
  /// `ERROR`, `FATAL` or `PANIC`, never translated.
  public var severity: String?
  /// The server's detail; may hold row values.
  public var detail: String?
  /// The server's hint.
  public var hint: String?
  /// Where in the server's work it happened; may hold row values.
  public var context: String?
  /// The schema concerned.
  public var schema: String?
  /// The table concerned.
  public var table: String?
  /// The column concerned.
  public var column: String?
  /// The data type concerned.
  public var dataType: String?
  /// The constraint concerned.
  public var constraint: String?
  /// The character of the statement at which it happened, from 1.
  public var position: Int?
  /// The statement of a pipeline that failed, from 0.
  public var statementIndex: Int?
  /// The statement that failed.
  public var sql: String?

  /// Makes an error of our own; the server's fields are then filled in by whoever heard them.
  package init(_ code: Code, _ message: String, sqlState: SQLState? = nil) {
    self.code = code
    self.message = message
    self.sqlState = sqlState
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  /// One line that is safe to log: the SQLSTATE and the primary message without data values.
  public var description: String {
    var text = ""
    if let sqlState { text += "\(sqlState): " }
    // Class 22 tells the value it could not take; other classes quote names.
    text += sqlState?.classCode == "22" ? message.withValueHidden : message
    switch code {
    case .commitOutcomeUnknown: text += " (while committing: the outcome is unknown)"
    case .commitRefused: text += " (while committing: nothing was kept)"
    default: break
    }
    return text
  }

  /// Everything known, for a developer's eyes: may hold row values, never parameters.
  public var debugDescription: String {
    var text = "\(code.rawValue) \(severity ?? "error")"
    if let sqlState { text += " \(sqlState)" }
    text += ": \(message)"
    let parts = [
      ("detail", detail), ("hint", hint), ("context", context), ("schema", schema),
      ("table", table), ("column", column), ("type", dataType), ("constraint", constraint),
      ("position", position.map(String.init)), ("statement", statementIndex.map(String.init)),
      ("sql", sql),
    ]
    for case (let name, .some(let value)) in parts { text += "\n  \(name): \(value)" }
    return text
  }
}

extension String {
  /// The text with the value in it replaced by an ellipsis: what stands between double quotes, or
  /// else behind the colon, for some values are not quoted, and some languages quote otherwise.
  var withValueHidden: String {
    guard let first = firstIndex(of: "\""), let last = lastIndex(of: "\""), first < last else {
      return firstIndex(of: ":").map { self[...$0] + " …" } ?? self
    }
    // A value may itself hold quotes: hide from the first to the last.
    return self[...first] + "…" + self[last...]
  }
}

extension PostgresError {
  /// Whether the session is gone, so that only a new connection helps.
  public var isConnectionLoss: Bool {
    switch code {
    case .connection, .timeout, .commitOutcomeUnknown: return true
    default: break
    }
    guard let sqlState else { return false }
    return sqlState.classCode == "08" || Self.shutdowns.contains(sqlState)
  }

  /// Whether the server takes only reads, as a former primary does after a failover.
  public var isReadOnly: Bool { sqlState == .readOnlySQLTransaction }

  /// Whether the same work may well succeed when it is done again a little later.
  public var isTransient: Bool {
    guard let sqlState else {
      // Without a word from the server there was no server: it may come back.
      return isConnectionLoss
    }
    return isConflict || isReadOnly || Self.shutdowns.contains(sqlState)
      || sqlState.classCode == "08" || sqlState.classCode == "53"
  }

  /// Whether the server did not accept the user's credentials.
  ///
  /// A wrong password has a code of its own; a login that IAM refuses has the other.
  public var isLoginRefused: Bool {
    sqlState == .invalidPassword || sqlState == .invalidAuthorizationSpecification
  }

  /// Whether the server is there and takes no session now, but will before long.
  public var isBusy: Bool { sqlState == .tooManyConnections || sqlState == .cannotConnectNow }

  /// Whether the transaction lost against another one and was rolled back for certain.
  public var isConflict: Bool {
    switch sqlState {
    case .serializationFailure, .deadlockDetected, .lockNotAvailable: true
    default: false
    }
  }

  /// Whether time ran out: the server's statement timeout, a cancellation, or our own guard.
  public var isTimeout: Bool { code == .timeout || sqlState == .queryCanceled }

  private static let shutdowns: Set<SQLState> = [.adminShutdown, .crashShutdown, .cannotConnectNow]
}

/// Reads what libpq knows about a failure.
enum Diagnostics {
  /// One field of an error or a notice; the corresponding C function is `PQresultErrorField`.
  static func field(_ code: Character, of result: OpaquePointer) -> String? {
    guard let ascii = code.asciiValue,
      let text = unsafe PQresultErrorField(result, Int32(ascii))
    else { return nil }
    return unsafe String(cString: text)
  }

  /// The error a failed result describes.
  static func error(of result: OpaquePointer, on connection: OpaquePointer) -> PostgresError {
    let state = unsafe field("C", of: result).map(SQLState.init(rawValue:))
    // Results that libpq makes itself, when the session breaks, have no SQLSTATE.
    let lost = unsafe state == nil && PQstatus(connection) != CONNECTION_OK
    let text =
      unsafe field("M", of: result) ?? oneLine(String(cString: PQresultErrorMessage(result)))
    var error = PostgresError(
      lost ? .connection : state == nil ? .conversation : .server,
      text.isEmpty ? "the server gave no reason" : text, sqlState: state)
    error.severity = unsafe field("V", of: result) ?? field("S", of: result)
    error.detail = unsafe field("D", of: result)
    error.hint = unsafe field("H", of: result)
    error.context = unsafe field("W", of: result)
    error.schema = unsafe field("s", of: result)
    error.table = unsafe field("t", of: result)
    error.column = unsafe field("c", of: result)
    error.dataType = unsafe field("d", of: result)
    error.constraint = unsafe field("n", of: result)
    error.position = unsafe field("P", of: result).flatMap { Int($0) }
    return error
  }

  /// libpq's last words about the connection itself, on one line.
  static func message(of connection: OpaquePointer) -> String {
    guard let text = unsafe PQerrorMessage(connection) else { return "out of memory" }
    return unsafe oneLine(String(cString: text))
  }

  /// The text with line ends and the tabs after them made one space.
  static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: { $0 == "\n" || $0 == "\t" || $0 == "\r\n" })
      .joined(separator: " ")
  }
}
