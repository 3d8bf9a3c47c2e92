internal import Datasets
internal import LambdaEvents
internal import Postgres

/// The hiring metrics of a year, counted in UTC; the database has them as views too.
enum Metrics {
  static let routes = [
    Route(
      method: "GET", path: "/metrics/hires", aliases: ["/qtrlyhired"], id: "hiresByQuarter",
      group: .metrics, summary: "Hires of a year by department, job and quarter",
      about:
        "Ordered by department and job, by code point. The view hires_by_quarter has all years.",
      role: .reader, parameters: [year],
      success: success(
        [
          .required("department", .string()), .required("job", .string()),
          .required("q1", count), .required("q2", count), .required("q3", count),
          .required("q4", count),
        ], "One row for each department and job that hired in the year."),
      problems: [.notAcceptable, .unknownTable], answer: hires),
    Route(
      method: "GET", path: "/metrics/departments", aliases: ["/hired2021"],
      id: "departmentsAboveMean", group: .metrics,
      summary: "Departments that hired more than the mean over all departments",
      about: """
        Ordered by hires, most first, then by id. Departments without a hire count in the mean. The \
        view departments_above_mean has all years.
        """,
      role: .reader, parameters: [year],
      success: success(
        [
          .required("id", .integer()), .required("department", .string()),
          .required("hired", count),
        ], "One row for each department above the mean."),
      problems: [.notAcceptable, .unknownTable], answer: departments),
  ]

  private static let year = Parameter.query(
    "year", .integer(1...9998), default: "2021", "The year, in UTC.")
  private static let count = Schema.integer(0...Int(Int32.max))

  private static func success(_ row: [Schema.Property], _ about: String) -> Route.Success {
    Route.Success(
      about: about,
      content: [("application/json", .array(.object(row))), ("text/csv", .string())])
  }

  private static func hires(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    try rows(
      columns: "department, job, q1, q2, q3, q4", view: "public.hires_by_quarter",
      order: "department COLLATE \"C\", job COLLATE \"C\", department_id, job_id",
      call, &services)
  }

  private static func departments(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    try rows(
      columns: "id, department, hired", view: "public.departments_above_mean",
      order: "hired DESC, id", call, &services)
  }

  private static func rows(
    columns: String, view: String, order: String, _ call: APICall,
    _ services: inout APIServices
  ) throws -> APIAnswer {
    for table in ["hired_employees", "departments", "jobs"] {
      guard services.package.dataset(named: table) != nil else {
        throw Problem(.unknownTable, "The Data Package has no table \"\(table)\".")
      }
    }
    let form = try RowForm.accepted(by: call.request, among: [.json, .csv])
    let rows = "SELECT \(columns) FROM \(view) WHERE year = $1::integer ORDER BY \(order)"
    let parameters = [PostgresValue.text(try call.arguments.required("year"))]
    var response = APIResponse(status: 200, headers: [("content-type", form.contentType)])
    switch form {
    case .json, .ndjson:
      response.body =
        try services.row(call, "SELECT coalesce(json_agg(r), '[]') FROM (\(rows)) r", parameters) {
          try $0.body()
        } ?? []
    case .csv:
      response.body = try services.read(call, PostgresStatement(rows, parameters)) { result in
        CSVRows(escapesFormulas: true).rows(of: result)
      }
    }
    return .whole(response)
  }
}
