internal import AWS
internal import Datasets
internal import JSON
internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres

/// An error response of the API: a problem document (RFC 9457).
struct Problem: Error {
  /// One of the faults of a body.
  struct Fault: Sendable {
    /// The row's index in the body, from 0; nil when the fault concerns the whole body.
    let row: Int?
    let field: String?
    let code: String
    let reason: String
  }

  let code: Code
  let detail: String
  /// What the caller can do about it.
  let hint: String?
  var headers: [(name: String, value: String)]
  var faults: [Fault] = []

  init(
    _ code: Code, _ detail: String, hint: String? = nil,
    headers: [(name: String, value: String)] = [], faults: [Fault] = []
  ) {
    self.code = code
    self.detail = detail
    self.hint = hint
    self.headers = headers
    self.faults = faults
  }

  /// The response, with the request ID that the logs have too.
  func response(requestID: String) -> APIResponse {
    var json = JSONWriter()
    json.object { json in
      json.member("type", "urn:sluice:problem:\(code.rawValue)")
      json.member("title", code.title)
      json.member("status", code.status)
      json.member("detail", detail)
      json.member("code", code.rawValue)
      json.member("requestId", requestID)
      if let hint { json.member("hint", hint) }
      if !faults.isEmpty {
        json.array("errors") { json in for fault in faults { fault.write(to: &json) } }
      }
    }
    return APIResponse(
      status: code.status, headers: [("content-type", "application/problem+json")] + headers,
      body: json.bytes)
  }

  /// The schema of the document.
  static let schema = Schema.object([
    .required("type", .string()), .required("title", .string()),
    .required("status", .integer(400...599)), .required("detail", .string()),
    .required("code", .choice(Code.allCases.map(\.rawValue))),
    .required("requestId", .string()), .optional("hint", .string()),
    .optional(
      "errors",
      .array(
        .object([
          .optional("row", .integer(0...Int(Int32.max))), .optional("field", .string()),
          .required("code", .string()), .required("reason", .string()),
        ]))),
  ])
}

extension Problem.Fault {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      if let row { json.member("row", row) }
      if let field { json.member("field", field) }
      json.member("code", code)
      json.member("reason", reason)
    }
  }
}

extension DataPackage {
  /// The dataset of a table that a call names.
  func declared(_ table: String) throws(Problem) -> Dataset {
    guard let dataset = dataset(named: table) else {
      throw Problem(
        .unknownTable, "The table \"\(table)\" is not declared.", hint: "Known are \(names).")
    }
    return dataset
  }
}

extension Problem {
  /// Reports an error of AWS; its message is only in the log.
  init(_ error: AWSError) {
    self.init(
      .serviceRefused, "\(error.operation) of \(error.service) failed: \(error.code).",
      hint: error.isRetriable ? "Try again." : "The log of this request has the reason.",
      headers: error.isRetriable ? [("retry-after", "2")] : [])
  }
}

/// The table of SQLSTATEs and their problems. The README has the same table for callers.
extension Problem {
  /// Reports an error of the database, without its SQL and values.
  init(_ error: PostgresError) {
    switch error.sqlState {
    case _ where error.isTimeout:
      self.init(
        .tooSlow, "The query was stopped when the time of the invocation ran out.",
        hint: "Ask for fewer rows, or filter by the key.")
    case .tooManyConnections:
      self.init(
        .tooBusy, "The database has no connection to spare.", headers: [("retry-after", "2")])
    case _ where error.isConflict:
      self.init(.tooBusy, "Other writers hold the rows.", headers: [("retry-after", "1")])
    case _ where error.isConnectionLoss || error.isTransient || error.code == .setting:
      self.init(
        .databaseUnavailable, "The database does not answer; try again later.",
        headers: [("retry-after", "5")])
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

  /// The token belongs to no session, or to one that has ended.
  static var unknownToken: Problem {
    Problem(
      .unauthorized, "The token is not known, or no longer.",
      hint: "POST /login answers a new one.",
      headers: [("www-authenticate", "Bearer error=\"invalid_token\"")])
  }
}

extension SQLState {
  /// No session has the token; raised by `sluice.caller`.
  static let tokenUnknown = SQLState(rawValue: "SL401")
  /// The session's user has a lower role than the route requires; raised by `sluice.caller`.
  static let roleTooLow = SQLState(rawValue: "SL403")
}
