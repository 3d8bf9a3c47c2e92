internal import LambdaEvents
internal import Postgres

/// The hiring metrics of a year, counted in UTC.
enum Metrics {
  /// `GET /metrics/hires`: hires for each department and job by quarter, ordered by code point.
  static func hires(
    _ request: APIRequest, _ package: DataPackage, _ connection: inout PostgresConnection
  ) throws -> APIResponse {
    try rows(
      """
      SELECT d.department, j.job,
        count(*) FILTER (WHERE extract(quarter FROM h.datetime AT TIME ZONE 'UTC') = 1) AS q1,
        count(*) FILTER (WHERE extract(quarter FROM h.datetime AT TIME ZONE 'UTC') = 2) AS q2,
        count(*) FILTER (WHERE extract(quarter FROM h.datetime AT TIME ZONE 'UTC') = 3) AS q3,
        count(*) FILTER (WHERE extract(quarter FROM h.datetime AT TIME ZONE 'UTC') = 4) AS q4
      FROM public.hired_employees h
      JOIN public.departments d ON d.id = h.department_id
      JOIN public.jobs j ON j.id = h.job_id
      WHERE \(inYear)
      GROUP BY d.id, d.department, j.id, j.job
      ORDER BY d.department COLLATE "C", j.job COLLATE "C", d.id, j.id
      """, request, &connection)
  }

  /// `GET /metrics/departments`: departments that hired more than the mean over all departments.
  ///
  /// A department without a hire in the year counts in the mean.
  static func departments(
    _ request: APIRequest, _ package: DataPackage, _ connection: inout PostgresConnection
  ) throws -> APIResponse {
    try rows(
      """
      SELECT id, department, hired FROM (
        SELECT d.id, d.department, count(h.id) AS hired, avg(count(h.id)) OVER () AS mean
        FROM public.departments d
        LEFT JOIN public.hired_employees h ON h.department_id = d.id AND \(inYear)
        GROUP BY d.id, d.department) counted
      WHERE hired > mean
      ORDER BY hired DESC, id
      """, request, &connection)
  }

  /// The half-open year, so that no instant falls between two years or into both.
  private static let inYear = """
    h.datetime >= make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC')
      AND h.datetime < make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC')
    """

  private static func rows(
    _ query: String, _ request: APIRequest, _ connection: inout PostgresConnection
  ) throws -> APIResponse {
    try request.refuseParameters(except: ["year"])
    let year = try request.integer("year", in: 1...9998, default: 2021)
    // The year was checked to be an integer, so it may stand in the text; COPY takes no parameter.
    let bound = query.replacing("(year", with: "(\(year)")
    switch try RowForm.accepted(by: request) {
    case .json:
      let body = try connection.query(
        "SELECT coalesce(json_agg(r), '[]') FROM (\(bound)) r"
      ) { result in try result.body(row: 0, column: 0) }
      var response = APIResponse.json(body)
      response.headers.append(("vary", "accept"))
      return response
    case .csv:
      var body: [UInt8] = []
      try connection.copyOut("COPY (\(bound)) TO STDOUT (FORMAT csv, HEADER)") { bytes in
        body += bytes.copied
      }
      return APIResponse(
        status: 200, headers: [("content-type", "text/csv; charset=utf-8"), ("vary", "accept")],
        body: body)
    }
  }
}
