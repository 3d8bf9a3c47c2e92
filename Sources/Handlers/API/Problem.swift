internal import JSON
internal import LambdaEvents

/// An error answer of the API: a problem document as in RFC 9457.
struct Problem: Error {
  /// Stable names that clients may branch on.
  enum Code: String {
    case badRequest = "bad-request"
    case unauthorized
    case unknownRoute = "unknown-route"
    case unknownTable = "unknown-table"
    case methodNotAllowed = "method-not-allowed"
    case notAcceptable = "not-acceptable"
    case tooSlow = "too-slow"
    case databaseUnavailable = "database-unavailable"
    case tooBusy = "too-busy"
    case databaseRefused = "database-refused"
    case tooLarge = "too-large"

    var status: Int {
      switch self {
      case .badRequest: 400
      case .unauthorized: 401
      case .unknownRoute, .unknownTable: 404
      case .methodNotAllowed: 405
      case .notAcceptable: 406
      case .databaseRefused: 500
      case .databaseUnavailable, .tooBusy: 503
      case .tooSlow: 504
      case .tooLarge: 507
      }
    }

    var title: String {
      switch self {
      case .badRequest: "The request is not understood"
      case .unauthorized: "The request is not authorized"
      case .unknownRoute: "There is no such route"
      case .unknownTable: "There is no such table"
      case .methodNotAllowed: "The route does not take this method"
      case .notAcceptable: "The route cannot answer in this form"
      case .databaseRefused: "The database refused the query"
      case .databaseUnavailable: "The database cannot be reached"
      case .tooBusy: "The database is too busy"
      case .tooSlow: "The query took too long"
      case .tooLarge: "The answer is too large"
      }
    }
  }

  let code: Code
  let detail: String
  var headers: [(name: String, value: String)] = []

  init(_ code: Code, _ detail: String, headers: [(name: String, value: String)] = []) {
    self.code = code
    self.detail = detail
    self.headers = headers
  }

  /// The answer, with the request id that the logs carry too.
  func response(requestID: String) -> APIResponse {
    var json = JSONWriter()
    json.beginObject()
    json.key("type")
    json.string("about:blank")
    json.key("title")
    json.string(code.title)
    json.key("status")
    json.integer(Int64(code.status))
    json.key("detail")
    json.string(detail)
    json.key("code")
    json.string(code.rawValue)
    json.key("request_id")
    json.string(requestID)
    json.endObject()
    return APIResponse(
      status: code.status, headers: [("content-type", "application/problem+json")] + headers,
      body: json.bytes)
  }
}
