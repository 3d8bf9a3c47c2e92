internal import JSON
internal import Postgres

/// `GET /tables`: the tables that can be read, with columns and keys.
enum TableList {
  /// The parameter that names a table in a path.
  static let name = Parameter.path(
    "table", .text(longest: 128), "A table, as GET /tables lists them.")

  static let routes = [
    Route(
      method: "GET", path: "/tables", id: "listTables", group: .reads,
      summary: "The tables and views that can be read", role: .reader,
      success: .json(
        .array(
          .object([
            .required("name", .string()),
            .required("kind", .choice(["dataset", "postings", "metrics"])),
            .required("rows", .nullable(.integer(0...Int.max))),
            .required("key", .array(.string())),
            .required(
              "columns",
              .array(
                .object([
                  .required("name", .string()), .required("type", .string()),
                  .required("required", .boolean),
                ]))),
          ])), "Each table with its columns, its key and about how many rows it has."),
      answer: answer)
  ]

  private static func answer(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    let tables = try services.tables(call)
    var estimates: [String: Int] = [:]
    let statement = PostgresStatement(
      """
      SELECT relname, reltuples::bigint FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND reltuples >= 0
        AND relname = ANY ($1::text[])
      """, [.textArray(tables.map(\.name))])
    try services.read(call, statement) { result in
      _ = try result.rows { row in estimates[try row.text()] = try row.int() }
    }
    var json = JSONWriter()
    json.beginArray()
    for table in tables {
      json.object { json in
        json.member("name", table.name)
        json.member("kind", table.kind.rawValue)
        json.key("rows")
        if let rows = estimates[table.name] { json.integer(rows) } else { json.null() }
        json.member("key", table.key)
        json.array("columns") { json in
          for column in table.columns {
            json.object { json in
              json.member("name", column.name)
              json.member("type", column.type.sql)
              json.member("required", !column.isNullable)
            }
          }
        }
      }
    }
    json.endArray()
    return .json(json.bytes)
  }
}
