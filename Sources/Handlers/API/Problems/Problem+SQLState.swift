internal import LambdaRuntime
internal import Postgres

/// What an SQLSTATE comes to over HTTP. The README has the same table for callers.
extension Problem {
  /// The problem that an error of the database is told as; SQL and values stay in here.
  init(_ error: PostgresError) {
    if error.isTimeout {
      self.init(
        .tooSlow, "The query was stopped when the time of the invocation ran out.",
        hint: "Ask for fewer rows, or filter by the key.")
      return
    }
    if error.sqlState == .tooManyConnections {
      self.init(
        .tooBusy, "The database has no connection to spare.", headers: [("retry-after", "2")])
      return
    }
    if error.isConflict {
      self.init(
        .tooBusy, "Other writers hold the rows.", headers: [("retry-after", "1")])
      return
    }
    if error.isConnectionLoss || error.isTransient || error.code == .setting {
      self.init(
        .databaseUnavailable, "The database does not answer; try again later.",
        headers: [("retry-after", "5")])
      return
    }
    switch error.sqlState {
    case .tokenUnknown: self = .unknownToken
    case .roleTooLow:
      self.init(.forbidden, "The user's role does not allow this.")
    case .uniqueViolation:
      self.init(.conflict, "A row with this key is in the table already.")
    case .foreignKeyViolation:
      self.init(.conflict, "The row refers to one that is not there.")
    case let state? where state.classCode == "22" || state.classCode == "23":
      self.init(.badRequest, "A value does not fit its column.")
    case .undefinedTable, .undefinedColumn:
      self.init(
        .databaseRefused, "A table has changed under the API; the next call looks at it anew.")
    default:
      self.init(.databaseRefused, "The log of this request has the reason.")
    }
  }

  /// The token of a call is that of no session, or of one that is over.
  static var unknownToken: Problem {
    Problem(
      .unauthorized, "The token is not known, or no longer.",
      hint: "POST /login answers a new one.",
      headers: [("www-authenticate", "Bearer error=\"invalid_token\"")])
  }
}

extension SQLState {
  /// No session has the token; raised by `sluice.enter`.
  static let tokenUnknown = SQLState(rawValue: "SL401")
  /// The session's user has a lower role than the route wants; raised by `sluice.enter`.
  static let roleTooLow = SQLState(rawValue: "SL403")
}
