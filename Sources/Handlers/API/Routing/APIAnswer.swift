internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres
internal import System

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
