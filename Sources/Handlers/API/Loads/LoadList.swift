internal import Postgres
internal import Tables

/// `GET /loads`, `/loads/{id}` and `/loads/{id}/rejects`: the ledger.
enum LoadList {
  static let id = Parameter.path("id", .integer(1...Int.max), "The load's id.")

  private static let page: [Parameter] = [
    .query("limit", .integer(1...1000), default: "100", "How many at most."), .cursor,
    RowsPage.formulas,
  ]

  static let routes = [
    Route(
      method: "GET", path: "/loads", id: "listLoads", group: .loads,
      summary: "Loads of objects and files, the newest first",
      about: """
        Loads that are in the ledger: what was loaded, and what failed for good. An object that was \
        loaded before leaves no row when it comes again.
        """,
      role: .reader,
      parameters: page + [
        .query("status", .choice(["loaded", "failed"]), "Only loads that ended so."),
        .query("table", .text(longest: 128), "Only loads of that table."),
        .query("key", .text(longest: 1024), "Only loads of objects with that key."),
      ],
      success: Route.Success(
        about: "A page of loads.",
        content: [("application/json", .array(schema))] + RowsPage.forms.dropFirst(),
        headers: RowsPage.headers),
      problems: [.badCursor, .notAcceptable], answer: list),
    Route(
      method: "GET", path: "/loads/{id}", id: "readLoad", group: .loads, summary: "One load",
      role: .reader, parameters: [id], success: .json(schema, "The load."),
      problems: [.notFound], answer: load),
    Route(
      method: "GET", path: "/loads/{id}/rejects", id: "listRejects", group: .loads,
      summary: "The records that a load refused, in the order of the file", role: .reader,
      parameters: [id] + page,
      success: Route.Success(
        about: "A page of records, each with its place, what is wrong with it, and as it stood.",
        content: [("application/json", .array(rejectSchema))] + RowsPage.forms.dropFirst(),
        headers: RowsPage.headers),
      problems: [.notFound, .badCursor, .notAcceptable], answer: rejects),
  ]

  private static let count = Schema.integer(0...Int.max)

  static let schema = Schema.object(
    [
      .required("id", .integer(1...Int.max)), .required("bucket", .string()),
      .required("key", .string()), .required("table", .nullable(.string())),
      .required("status", .choice(["loaded", "failed"])),
      .required("code", .nullable(.string())), .required("reason", .nullable(.string())),
      .required("bytes", .nullable(count)),
    ] + LoadList.counts.map { .required($0, count) } + [
      .required("seconds", .number), .required("finished_at", .string(format: "date-time")),
      .required("rejects_key", .nullable(.string())),
    ])

  private static let counts = [
    "read", "inserted", "updated", "unchanged", "superseded", "rejected", "pending", "deleted",
    "healed",
  ]

  private static let rejectSchema = Schema.object([
    .required("record", .integer(1...Int.max)), .required("line", .integer(1...Int.max)),
    .required("byte_offset", count), .required("column_name", .nullable(.string())),
    .required("code", .string()), .required("reason", .string()), .required("raw", .string()),
  ])

  private static let bigint = ColumnType("bigint")

  /// The view that migration 8 makes.
  private static let reports = TableShape(
    schema: "sluice", name: "load_reports", kind: .ledger,
    columns: [("id", bigint), ("bucket", .text), ("key", .text)].map { column($0, $1, false) }
      + ["table", "status", "code", "reason"].map { column($0, .text, true) }
      + (["bytes"] + counts).map { column($0, bigint, true) }
      + [
        column("seconds", .float, true), column("finished_at", .timestamp, true),
        column("rejects_key", .text, true),
      ],
    key: ["id"])

  private static let refused = TableShape(
    schema: "sluice", name: "rejects", kind: .ledger,
    columns: [
      column("record", bigint, false), column("line", bigint, false),
      column("byte_offset", bigint, false), column("column_name", .text, true),
      column("code", .text, false), column("reason", .text, false), column("raw", .text, false),
    ],
    key: ["record"])

  private static func column(
    _ name: String, _ type: ColumnType, _ isNullable: Bool
  ) -> TableShape.Column {
    TableShape.Column(name: name, type: type, isNullable: isNullable)
  }

  private static func list(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    let conditions = ["status", "table", "key"].compactMap { name in
      call.arguments[name].map { value in
        Condition.expression("t.\(SQLText.identifier(name)) = ?::text", [.text(value)])
      }
    }
    let query = try RowsQuery(
      call, reports, columns: reports.columns.map(\.name), .all(conditions), order: "id.desc")
    return try PageAnswer.answer(query, call, &services)
  }

  private static func load(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    let body = try services.row(
      call, "SELECT row_to_json(l) FROM sluice.load_reports l WHERE id = $1",
      [.integer(call.arguments.integer("id") ?? 0)]
    ) { try $0.body() }
    guard let body else { throw unknown }
    return .json(body)
  }

  private static func rejects(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    let load = PostgresValue.integer(call.arguments.integer("id") ?? 0)
    let known = try services.row(call, "SELECT id FROM sluice.loads WHERE id = $1", [load]) {
      try $0.int()
    }
    guard known != nil else { throw unknown }
    let query = try RowsQuery(
      call, refused, columns: refused.columns.map(\.name),
      .all([.expression("t.load = ?::bigint", [load])]), order: "record")
    return try PageAnswer.answer(query, call, &services)
  }

  static var unknown: Problem { Problem(.notFound, "The ledger has no load of this id.") }
}
