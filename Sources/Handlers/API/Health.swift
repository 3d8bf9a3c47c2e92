internal import LambdaEvents
internal import Postgres

/// `GET /health`: whether the handler runs and its database answers.
enum Health {
  static func answer(
    _ request: APIRequest, _ package: DataPackage, _ connection: inout PostgresConnection
  ) throws -> APIResponse {
    let body = try connection.query(
      "SELECT json_build_object('status', 'ok', 'database', 'ok')"
    ) { result in try result.body(row: 0, column: 0) }
    return .json(body)
  }
}
