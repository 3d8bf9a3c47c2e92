internal import AWS
internal import JSON
internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres

/// An error answer of the API: a problem document as in RFC 9457.
struct Problem: Error {
  /// One fault among many in what was sent.
  struct Fault: Sendable {
    /// The row's place in the body, from 0; nil when it is about the whole body.
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

  /// The answer, with the request id that the logs carry too.
  func response(requestID: String) -> APIResponse {
    var json = JSONWriter()
    json.beginObject()
    json.member("type", "urn:sluice:problem:\(code.rawValue)")
    json.member("title", code.title)
    json.member("status", code.status)
    json.member("detail", detail)
    json.member("code", code.rawValue)
    json.member("requestId", requestID)
    if let hint { json.member("hint", hint) }
    if !faults.isEmpty {
      json.key("errors")
      json.beginArray()
      for fault in faults { fault.write(to: &json) }
      json.endArray()
    }
    json.endObject()
    return APIResponse(
      status: code.status, headers: [("content-type", "application/problem+json")] + headers,
      body: json.bytes)
  }

  /// The shape of the document, for the documentation.
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
    json.beginObject()
    if let row {
      json.member("row", row)
    }
    if let field { json.member("field", field) }
    json.member("code", code)
    json.member("reason", reason)
    json.endObject()
  }
}

extension Problem {
  /// The problem that a refusal of AWS is told as; what it says stands in the log.
  init(_ error: AWSError) {
    self.init(
      .serviceRefused, "\(error.operation) of \(error.service) failed: \(error.code).",
      hint: error.isRetriable ? "Try again." : "The log of this request has the reason.",
      headers: error.isRetriable ? [("retry-after", "2")] : [])
  }
}

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
