internal import Datasets
internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres

/// `POST /tables/{table}/rows`: inserts 1 to 1000 rows, all of them or none.
enum RowsInsert {
  static let routes = [
    Route(
      method: "POST", path: "/tables/{table}/rows",
      aliases: [
        Route.Alias("/departments", ["table": "departments"]),
        Route.Alias("/jobs", ["table": "jobs"]),
        Route.Alias("/hiredemployees", ["table": "hired_employees"]),
      ], id: "insertRows", group: .writes, summary: "Insert rows into a table",
      about: """
        One row or a list of up to 1000, judged as the records of a file are: all are inserted or \
        none. Every fault is listed with its row and field. The rows come back as they are in the \
        table, in the order they were sent.
        """,
      role: .writer, parameters: [TableList.name], rows: .insert,
      body: .json(.any),
      success: .json(
        .array(.object([], isOpen: true)), status: 201, "The rows as they are in the table."),
      problems: [.unknownTable, .conflict, .unsupportedMediaType, .invalidRows], answer: answer)
  ]

  private static func answer(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    let dataset = try services.package.declared(call.arguments.required("table"))
    try call.requireJSON()
    let body = try call.request.body
    let insertion = Insertion(
      dataset: dataset, family: services.package.family(of: dataset), context: call.context)
    let outcome = try services.write(call) { connection in
      let input = try InputRows(body, of: dataset)
      guard input.faults.isEmpty else {
        throw Problem(
          .invalidRows,
          "\(input.faults.count) faults in \(input.rows.count) rows; none was inserted.",
          faults: input.faults)
      }
      let outcome = try insertion.run(input, &connection)
      // Before the commit, so that nothing is inserted without a response.
      guard outcome.rows.count <= PageBody.maximumBytes / 2 else {
        throw Problem(
          .tooLarge, "The rows as they are in the table are too large for an answer.",
          hint: "Send fewer rows at a time.")
      }
      return outcome
    }
    if !outcome.refusing.isEmpty {
      do { try services.rewriteRejects(of: outcome.refusing, call) } catch {
        call.context.log.warn("Rejects not written", ["reason": .string("\(error)")])
      }
    }
    return .json(outcome.rows, status: 201)
  }
}
