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
