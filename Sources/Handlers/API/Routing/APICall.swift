internal import JSON
internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres
internal import System

/// One HTTP call on its way to its route's answer.
struct APICall: Sendable {
  let request: APIRequest
  let route: Route
  let arguments: Arguments
  let authorization: Authorization
  let context: InvocationContext

  /// The body as JSON of a type's shape.
  func json<T: Decodable>(as shape: T.Type) throws -> T {
    try requireJSON()
    let body = try request.body
    guard !body.isEmpty else {
      throw Problem(.badRequest, "The body is empty; expected JSON.")
    }
    do {
      return try JSON.decode(shape, from: body)
    } catch {
      throw Problem(.badRequest, "The body is not readable as JSON: \(error)")
    }
  }

  /// Refuses a body that says it is anything but JSON.
  func requireJSON() throws(Problem) {
    let type = request.headers["content-type"]?.split(separator: ";").first?
      .filter { $0 != " " }.lowercased()
    guard type == nil || type == "application/json" || type?.hasSuffix("+json") == true else {
      throw Problem(.unsupportedMediaType, "The body must be application/json.")
    }
  }
}

/// What a route answers.
enum APIAnswer {
  /// A response that stands ready.
  case whole(APIResponse)
  /// A response whose body follows piece by piece, for callers who take a stream.
  case stream(
    APIResponse, body: (_ services: inout APIServices, _ out: inout ResponseStream) throws -> Void)

  /// An answer whose body is JSON that stands ready.
  static func json(
    _ body: [UInt8], status: Int = 200, headers: [(name: String, value: String)] = []
  ) -> APIAnswer {
    .whole(
      APIResponse(
        status: status, headers: [("content-type", "application/json")] + headers, body: body))
  }

  /// An answer without a body.
  static var nothing: APIAnswer { .whole(APIResponse(status: 204)) }
}

extension PostgresRow {
  /// Reads a field that holds an answer's body.
  mutating func body() throws -> [UInt8] { try bytesIfPresent() ?? [] }
}
