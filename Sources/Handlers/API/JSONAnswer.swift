internal import LambdaEvents
internal import Postgres

extension PostgresResult {
  /// The bytes of a field that holds an answer's body.
  func body(row: Int, column: Int) throws -> [UInt8] {
    withField(row: row, column: column) { bytes in
      guard let bytes else { return [] }
      return bytes.copied
    }
  }
}

extension APIResponse {
  /// An answer whose body is JSON that stands ready.
  static func json(_ body: [UInt8]) -> APIResponse {
    APIResponse(status: 200, headers: [("content-type", "application/json")], body: body)
  }
}
