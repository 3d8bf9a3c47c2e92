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
