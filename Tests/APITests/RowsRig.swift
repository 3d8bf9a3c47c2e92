import FeatureRigs
import JSON
import LambdaEvents
import LambdaRuntime
import Postgres
import TestSupport
import Testing

/// A table of many types with repeated values and NULLs, read through the API.
struct RowsRig: ~Copyable {
  private static let package = """
    {"name": "rows", "resources": [{"name": "things", "path": "things.csv", "schema": {
      "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": true}},
        {"name": "name", "type": "string"}, {"name": "score", "type": "number"},
        {"name": "born", "type": "date"}, {"name": "at", "type": "datetime"},
        {"name": "ok", "type": "boolean"}, {"name": "tag", "type": "string", "format": "uuid"},
        {"name": "more", "type": "object"}, {"name": "order", "type": "integer"}],
      "primaryKey": "id"}}]}
    """

  let rig: LoaderRig
  private let folder: ScratchFolder

  init(rows: Int = 200, _ more: [String: String] = [:]) throws {
    let folder = try ScratchFolder()
    let path = try folder.write(Self.package, as: "datapackage.json")
    let rig = try LoaderRig(
      ["API_ACCESS": "open-reads", "SLUICE_DATAPACKAGE": path].merging(more) { $1 })
    // Makes the tables.
    _ = try APIRig.call("/tables/things/rows", variables: rig.variables)
    try rig.database.execute(
      """
      SELECT setseed(0.5);
      INSERT INTO things SELECT n,
        CASE WHEN n % 5 > 0 THEN (ARRAY['Ann', 'bob', 'C_c', '=1+1', 'a,"b"', '50%', 'Zoë'])[1 + n % 7] END,
        CASE WHEN n % 3 > 0 THEN round((random() * 10)::numeric, 1) END,
        CASE WHEN n % 4 > 0 THEN date '2020-01-01' + n % 11 END,
        CASE WHEN n % 7 > 0 THEN timestamptz '2021-06-01T00:00:00Z' + n % 13 * interval '1 hour' END,
        CASE WHEN n % 6 > 0 THEN n % 2 = 0 END,
        CASE WHEN n % 8 > 0 THEN md5((n % 9)::text)::uuid END,
        CASE WHEN n % 2 > 0 THEN jsonb_build_object('n', n) END, n % 10
      FROM generate_series(1, \(rows)) n
      """)
    self.init(rig: rig, folder: folder)
  }

  private init(rig: consuming LoaderRig, folder: ScratchFolder) {
    self.rig = rig
    self.folder = folder
  }

  func get(
    _ query: String, path: String = "/tables/things/rows", accept: String = "*/*",
    headers: String = ""
  ) throws -> (status: Int, headers: JSONValue, body: String) {
    let event = """
      {"version":"2.0","routeKey":"$default","rawPath":"\(path)","rawQueryString":\
      \(String(decoding: try JSON.encode(query), as: UTF8.self)),
      "headers":{"accept":"\(accept)"\(headers)},"requestContext":{"http":{"method":"GET",
      "path":"\(path)"},"stage":"$default","requestId":"r"},"isBase64Encoded":false}
      """
    return try APIRig.send(event, variables: rig.variables)
  }

  /// The ids of the rows that a query answers, all pages of it, each page in its order.
  func ids(_ query: String) throws -> [Int64] {
    var ids: [Int64] = []
    var next: String? = query
    while let query = next {
      let answer = try get(query)
      guard answer.status == 200 else { throw Refused(text: "\(query): \(answer.body)") }
      guard case .array(let rows) = try JSON.decode(JSONValue.self, from: Array(answer.body.utf8))
      else { throw Refused(text: answer.body) }
      for row in rows {
        if case .integer(let id)? = row["id"] { ids.append(id) }
      }
      next = Self.next(answer.headers)
    }
    return ids
  }

  /// The query of the link to the next page.
  static func next(_ headers: JSONValue) -> String? {
    guard let link = headers["link"]?.string, link.hasSuffix(">; rel=\"next\"") else { return nil }
    return link.split(separator: "?", maxSplits: 1).last.map { String($0.dropLast(13)) }
  }

  /// The ids that a statement gives.
  func ids(sql: String) throws -> [Int64] {
    var connection = try PostgresConnection(PostgresSettings(url: rig.database.url))
    return try connection.rows(sql) { row in
      Int64(try row.int())
    }
  }

  struct Refused: Error { let text: String }
}
