internal import JSON
internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres
internal import System

/// One HTTP call with its route and its arguments.
struct APICall: Sendable {
  let request: APIRequest
  let route: Route
  let arguments: Arguments
  let context: InvocationContext

  /// Decodes the body from JSON.
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

  /// The path that lists the loads of an object.
  func loadsPath(key: String) -> String {
    "\(request.stagePrefix)/loads?key=\(PercentEncoding.component(key))"
  }

  /// The media type of the body, without parameters.
  var mediaType: String? {
    request.headers["content-type"]?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
  }

  /// Rejects a body that declares another type than JSON.
  func requireJSON() throws(Problem) {
    let type = mediaType
    guard type == nil || type == "application/json" || type?.hasSuffix("+json") == true else {
      throw Problem(.unsupportedMediaType, "The body must be application/json.")
    }
  }
}

/// What a route answers.
enum APIAnswer {
  /// A complete response.
  case whole(APIResponse)
  /// A response whose body is streamed.
  case stream(
    APIResponse, body: (_ services: inout APIServices, _ out: inout ResponseStream) throws -> Void)

  /// An answer whose body is complete JSON.
  static func json(
    _ body: [UInt8], status: Int = 200, headers: [(name: String, value: String)] = []
  ) -> APIAnswer {
    .whole(
      APIResponse(
        status: status, headers: [("content-type", "application/json")] + headers, body: body))
  }

  /// An answer whose body is a JSON object.
  static func object(
    status: Int = 200, headers: [(name: String, value: String)] = [],
    _ members: (inout JSONWriter) -> Void
  ) -> APIAnswer {
    var json = JSONWriter()
    json.object(nil, members)
    return .json(json.bytes, status: status, headers: headers)
  }

  /// An answer without a body.
  static var nothing: APIAnswer { .whole(APIResponse(status: 204)) }
}

extension PostgresRow {
  /// Reads a field that is the body of an answer.
  mutating func body() throws -> [UInt8] { try bytesIfPresent() ?? [] }
}
