internal import JSON
internal import LambdaEvents

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
