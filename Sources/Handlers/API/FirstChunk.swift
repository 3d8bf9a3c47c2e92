internal import LambdaEvents
internal import Postgres

/// `GET /read/first-chunk`: the first rows of a table in the order they were loaded.
enum FirstChunk {
  static func answer(
    _ request: APIRequest, _ package: DataPackage, _ connection: inout PostgresConnection
  ) throws -> APIResponse {
    try request.refuseParameters(except: ["table_name", "num_records"])
    let count = try request.integer("num_records", in: 1...1000, default: 10)
    let dataset = try dataset(request, package, &connection)
    // Rows lie in the order they were loaded in, and a range of pages needs no index. Pages that
    // hold too few live rows are rare: then the range grows.
    var pages = 2 + count / 20
    while true {
      let (rows, reached, body) = try connection.query(
        statement(dataset), [.integer(pages), .integer(count)]
      ) { result in
        (
          try result.int(row: 0, column: 0), try result.bool(row: 0, column: 1),
          try result.body(row: 0, column: 2)
        )
      }
      if rows >= count || reached { return .json(body) }
      pages *= 16
    }
  }

  private static func statement(_ dataset: Dataset) -> String {
    let table = SQLText.table(dataset.table)
    return """
      SELECT count(*), pg_relation_size(\(SQLText.literal(table)))
          <= current_setting('block_size')::bigint * $1::bigint,
        coalesce(json_agg(r.row), '[]')
      FROM (SELECT to_json(t) AS row FROM (
        SELECT \(SQLText.list(dataset.columns.map(\.name))) FROM \(table)
        WHERE ctid < format('(%s,0)', $1::bigint)::tid ORDER BY ctid LIMIT $2::bigint) t) r
      """
  }

  /// The dataset asked for, or the one that was loaded last.
  private static func dataset(
    _ request: APIRequest, _ package: DataPackage, _ connection: inout PostgresConnection
  ) throws -> Dataset {
    if let name = try request.parameter("table_name") {
      guard let dataset = package.dataset(named: name) else {
        throw Problem(
          .unknownTable, "The table \"\(name)\" is not declared; known are \(package.names).")
      }
      return dataset
    }
    let last = try connection.query(
      """
      SELECT dataset FROM sluice.loads WHERE status = 'loaded'
      ORDER BY finished_at DESC LIMIT 1
      """
    ) { result in result.rowCount > 0 ? try result.textIfPresent(row: 0, column: 0) : nil }
    guard let last else {
      throw Problem(
        .unknownTable,
        "Nothing was loaded yet, so there is no table to read; name one of \(package.names) "
          + "by table_name.")
    }
    guard let dataset = package.dataset(named: last) else {
      throw Problem(
        .unknownTable,
        "The table loaded last is no longer declared; name one of \(package.names) by table_name.")
    }
    return dataset
  }
}
