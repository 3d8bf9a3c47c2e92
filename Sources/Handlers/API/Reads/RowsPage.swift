internal import JSON
internal import LambdaEvents
internal import Postgres

/// `GET /tables/{table}/rows`: the rows of a table, a page at a time.
enum RowsPage {
  static let routes = [
    Route(
      method: "GET", path: "/tables/{table}/rows", id: "readRows", group: .reads,
      summary: "The rows of a table, a page at a time",
      about: """
        Filter by columns, as age=gte.30, name=ilike.*smith* or id=in.(1,2,3); operators are eq, neq, \
        lt, lte, gt, gte, in, is, like and ilike, with not. in front where wanted. The Link header \
        leads to the next page; a page may end before its limit where it would be too large.
        """,
      role: .reader,
      parameters: [TableList.name] + Self.shape + [
        .query("limit", .integer(1...1000), default: "100", "How many rows at most."),
        .cursor,
        .query(
          "count", .choice(["none", "estimated", "exact"]), default: "none",
          "Whether X-Total-Count says how many rows there are in all."),
      ],
      rows: .read, takesColumns: true,
      success: Route.Success(about: "A page of rows.", content: forms, headers: headers),
      problems: [.unknownTable, .badCursor, .notAcceptable], answer: answer)
  ]

  /// The forms that rows are answered in.
  static let forms: [(type: String, schema: Schema)] = [
    ("application/json", .array(.object([], isOpen: true))),
    ("application/x-ndjson", .string()), ("text/csv", .string()),
  ]

  /// The headers of a page.
  static let headers = [
    (name: "Link", about: "The next page, with rel=\"next\"; none behind the last row."),
    (name: "X-Total-Count", about: "How many rows there are in all, when asked for."),
  ]

  /// The parameters that say which rows, in which order and form.
  static let shape: [Parameter] = [
    .query("select", .text(longest: 8192), "The columns, separated by commas; default: all."),
    .query(
      "order", .text(longest: 8192),
      "Columns separated by commas, each with .desc, .nullsfirst or .nullslast; default: the key."),
    .query("and", .text(longest: 8192), "Conditions that all hold: (age.gt.65,id.lt.9)."),
    .query(
      "or", .text(longest: 8192), "Conditions of which one holds: (age.lt.18,age.gt.65)."),
    .query(
      "formulas", .choice(["escape", "keep"]), default: "escape",
      "Whether CSV fields that a spreadsheet would compute get an apostrophe in front."),
  ]

  @Sendable private static func answer(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let table = try services.table(call)
    return try PageAnswer.answer(RowsQuery(call, table), call, &services)
  }
}

/// Answers a page of rows, with the link to the next one.
enum PageAnswer {
  /// Answers the page that the call's `limit`, `cursor`, `count` and `Accept` ask for.
  static func answer(
    _ query: RowsQuery, _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let form = try RowForm.accepted(by: call.request)
    let limit = call.arguments.integer("limit") ?? 100
    let seal = try services.cursorSeal(call)
    var values: [String?]?
    if let cursor = call.arguments["cursor"] {
      let place = try seal.place(of: cursor, query: query.binding)
      values = try Self.values(at: place, query, call, &services)
    }
    var statements = [
      query.page(form, after: values, limit: limit, bytes: PageBody.maximumBytes)
    ]
    let count = call.arguments["count"] ?? "none"
    if count != "none" { statements.append(query.count(isExact: count == "exact")) }

    let escapesFormulas = call.arguments["formulas"] != "keep"
    var page = Page(PageBody(form, escapesFormulas: escapesFormulas), query)
    var total: String?
    try services.read(call, statements) { index, result in
      if index == 0 {
        // Anew each time: what came before a connection broke comes again on the next.
        page = Page(PageBody(form, escapesFormulas: escapesFormulas), query)
        try page.take(result)
      } else {
        total = try Self.total(result)
      }
    }
    var headers = [(name: "content-type", value: form.contentType)]
    if let total { headers.append(("x-total-count", total)) }
    if let last = page.next {
      let cursor = try seal.cursor(at: CursorPlace(after: last, of: query), of: query.binding)
      headers.append(("link", NextLink(call.request, cursor: cursor).header))
    }
    return .whole(APIResponse(status: 200, headers: headers, body: page.finished()))
  }

  /// The values that a page goes on after; those that a cursor has no room for are looked up.
  private static func values(
    at place: CursorPlace, _ query: RowsQuery, _ call: APICall, _ services: inout APIServices
  ) throws -> [String?] {
    let terms = query.order.terms.count
    switch place {
    case .values(let values):
      guard values.count == terms else { throw CursorPlace.refusal }
      return values
    case .row(let key, let digest):
      guard let statement = query.values(ofKey: key) else { throw CursorPlace.refusal }
      let values = try services.read(call, statement) { result in
        try result.firstRow { row in try (0..<terms).map { _ in try row.textIfPresent() } } ?? []
      }
      guard CursorPlace.digest(of: values) == digest else { throw CursorPlace.moved }
      return values
    }
  }

  /// The number of rows, counted or out of a plan.
  private static func total(_ result: borrowing PostgresResult) throws -> String {
    let text = try result.row { try $0.text() }
    guard text.hasPrefix("[") else { return text }
    let plan = try JSON.decode(JSONValue.self, from: Array(text.utf8))
    switch plan[0]?["Plan"]?["Plan Rows"] {
    case .integer(let rows): return "\(rows)"
    case .number(let rows): return Int64(exactly: rows.rounded()).map { "\($0)" } ?? "0"
    default: return "0"
    }
  }
}

/// One page as it is read.
private struct Page: ~Copyable {
  private var body: PageBody
  private let query: RowsQuery
  /// The cursor's values of the last row, when there are rows after it.
  private(set) var next: [String?]?

  init(_ body: consuming PageBody, _ query: RowsQuery) {
    self.body = body
    self.query = query
  }

  mutating func take(_ result: borrowing PostgresResult) throws {
    body.begin(query.columns)
    let terms = query.order.terms.count
    var last: Int?
    for row in 0..<result.rowCount {
      // A CSV's fields stand behind the cursor's values, a JSON row in front.
      let start = result.columnCount > 2 + terms ? 2 + terms : 0
      let end = start == 0 ? 1 : result.columnCount
      guard body.append(result, row, fields: start..<end) else { break }
      last = row
    }
    guard let last else { return }
    next = try result.row(at: last) { row in
      row.skip()
      guard try row.int() > body.rowCount else { return nil }
      return try (0..<terms).map { _ in try row.textIfPresent() }
    }
  }

  consuming func finished() -> [UInt8] { body.finished() }
}
