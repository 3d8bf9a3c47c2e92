internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres

/// `GET /tables/{table}/export`: all rows of a table in one answer.
///
/// A Function URL gets them as a stream, of which the database and the function each hold one batch
/// in memory; the other front doors get them whole, if they fit.
enum RowsExport {
  static let routes = [
    Route(
      method: "GET", path: "/tables/{table}/export", id: "exportRows", group: .reads,
      summary: "All rows of a table",
      about: """
        Takes the filters of a page and answers all rows. A Function URL that streams sends up to 200 MB; \
        through a gateway they have to fit into 6 MB.
        """,
      role: .reader, parameters: [TableList.name] + RowsPage.shape, rows: .read,
      takesColumns: true,
      success: Route.Success(about: "All rows.", content: RowsPage.forms),
      problems: [.unknownTable, .notAcceptable, .tooLarge], answer: answer)
  ]

  private static let batch = 1000

  private static func answer(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    let form = try RowForm.accepted(by: call.request)
    let query = try RowsQuery(call, services.table(call))
    let body = PageBody(form, escapesFormulas: call.arguments["formulas"] != "keep")
    var head = APIResponse(status: 200, headers: [("content-type", form.contentType)])
    let streams = call.request.shape == .functionURL && services.settings.functionURLStreams
    guard streams, call.request.method == "GET" else {
      if streams {
        // HEAD: only the headers, because the body would be all rows.
        try services.authorize(call.context)
      } else {
        head.body = try whole(query, form, body, call, &services)
      }
      return .whole(head)
    }
    return .stream(head) { services, out in
      var text = RowsWriter(form, escapesFormulas: call.arguments["formulas"] != "keep")
      // Nothing is sent before the first rows arrive, so that a failure can still be reported.
      var start = text.head(query.columns)
      try services.stream(call, query.all(form), batch: batch) { result in
        try out.write(start + text.rows(of: result))
        start = []
      }
      try out.write(text.end)
    }
  }

  private static func whole(
    _ query: RowsQuery, _ form: RowForm, _ body: consuming PageBody, _ call: APICall,
    _ services: inout APIServices
  ) throws -> [UInt8] {
    body.begin(query.columns)
    try services.stream(call, query.all(form), batch: batch) { result in
      for row in 0..<result.rowCount {
        guard body.append(result, row, fields: 0..<result.columnCount) else {
          throw Problem(
            .tooLarge, "The rows are more than a gateway takes.",
            hint: "Read them by pages, or all of them through the Function URL.")
        }
      }
    }
    return body.finished()
  }
}
