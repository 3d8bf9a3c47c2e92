internal import JSON
internal import LambdaEvents
internal import Postgres

/// Answers a page of rows, with the link to the next one.
enum PageAnswer {
  /// Answers the page that the call's `limit`, `cursor`, `count` and `Accept` ask for.
  static func answer(
    _ query: RowsQuery, _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let form = try RowForm.accepted(by: call.request)
    let limit = call.arguments.integer("limit") ?? 100
    let seal = try services.cursorSeal(call)
    let values = try call.arguments["cursor"].map { cursor in
      try seal.values(of: cursor, query: query.binding, count: query.order.terms.count)
    }
    var statements = [
      query.page(form, after: values, limit: limit, bytes: PageBody.maximumBytes)
    ]
    let count = call.arguments["count"] ?? "none"
    if count != "none" { statements.append(query.count(isExact: count == "exact")) }

    let body = PageBody(form, escapesFormulas: call.arguments["formulas"] != "keep")
    var page = Page(body: body, query: query)
    var total: String?
    try services.read(call, statements) { index, result in
      if index == 0 {
        try page.take(result)
      } else {
        total = try Self.total(result)
      }
    }
    var headers = [(name: "content-type", value: form.contentType)]
    if let total { headers.append(("x-total-count", total)) }
    if let last = page.next {
      let cursor = seal.cursor(after: last, of: query.binding)
      headers.append(("link", NextLink(call.request, cursor: cursor).header))
    }
    return .whole(APIResponse(status: 200, headers: headers, body: page.finished()))
  }

  /// The number of rows, counted or out of a plan.
  private static func total(_ result: borrowing PostgresResult) throws -> String {
    let text = try result.text(row: 0, column: 0)
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

  init(body: consuming PageBody, query: RowsQuery) {
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
    guard let last, try result.int(row: last, column: 1) > body.rowCount else { return }
    next = try (0..<terms).map { try result.textIfPresent(row: last, column: 2 + $0) }
  }

  consuming func finished() -> [UInt8] { body.finished() }
}
