internal import CSVLoad
internal import Postgres

/// `GET /loads/running`: what loads right now.
///
/// A load is not in the ledger before it is over, but its session bears its name and, while rows are
/// copied, its progress.
enum RunningLoads {
  static let routes = [
    Route(
      method: "GET", path: "/loads/running", id: "listRunningLoads", group: .loads,
      summary: "What loads right now, the longest first",
      about: """
        rows and bytes are those of the COPY that runs, in the form that goes to the database; NULL \
        while none does, as when rows are merged, or when the API's user may not see the loader's \
        (see pg_read_all_stats). The key may be its end alone, after "...". Servers before \
        PostgreSQL 14 tell nothing, and the list is empty.
        """,
      role: .reader, isAuthorizedFirst: true,
      success: .json(
        .array(
          .object([
            .required("table", .string()), .required("key", .string()),
            .required("started_at", .nullable(.string(format: "date-time"))),
            .required("rows", .nullable(.integer(0...Int.max))),
            .required("bytes", .nullable(.integer(0...Int.max))),
          ])), "The loads."),
      answer: answer)
  ]

  /// The first version that tells of the progress of a COPY.
  private static let leastVersion = 140_000

  @Sendable private static func answer(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    // Not as a reader: the role that only reads tables sees nothing of other sessions.
    let body = try services.work(call) { connection in
      guard connection.serverVersion >= leastVersion else { return Array("[]".utf8) }
      return try connection.row(statement) { row in try row.body() }
    }
    return .json(body)
  }

  private static let statement = """
    SELECT coalesce(json_agg(json_build_object('table', name[1], 'key', name[2],
      'started_at', xact_start, 'rows', tuples_processed, 'bytes', bytes_processed)
      ORDER BY xact_start, pid), '[]')
    FROM (
      SELECT a.pid, a.xact_start, p.tuples_processed, p.bytes_processed,
        regexp_match(a.application_name, '^\(LoadName.prefix)(\\S+) (.*)$') AS name
      FROM pg_stat_activity a LEFT JOIN pg_stat_progress_copy p ON p.pid = a.pid
      WHERE a.datname = current_database()) l
    WHERE name IS NOT NULL
    """
}
