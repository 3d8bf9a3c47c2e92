internal import Postgres
internal import System

/// The rows of `sluice.ingest_runs`: which invocation runs which search, and how far it is.
///
/// A run is held by a lease that lasts as long as the invocation. If the holder's session has ended,
/// another invocation can resume the run at once. Behind a pooler, sessions outlive their clients, so
/// only the lease counts. Taking over a run raises its attempt, after which an earlier holder that
/// wakes up can no longer write.
enum RunLedger {
  enum Claim {
    case run(IngestRun)
    case alreadyRunning(id: Int)
  }

  /// Starts a run of a search, or resumes one that did not end.
  ///
  /// A run of another query under the same key is not resumed. Each page renews the lease.
  static func claim(
    _ search: (key: String, query: String), requestID: String, lease: Duration, pageSize: Int,
    _ connection: inout PostgresConnection
  ) throws -> Claim {
    try connection.transaction { connection in
      try connection.run(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        [.text("sluice.ingest \(search.key)")])
      if let last = try lastRun(of: search.key, &connection) {
        if last.isHeld { return .alreadyRunning(id: last.run.id) }
        if last.isOpen {
          if last.query == search.query, last.hasCheckpoint {
            return .run(try takeOver(last.run, requestID, lease, &connection))
          }
          try connection.run(
            """
            UPDATE sluice.ingest_runs SET status = 'partial', next_offset = NULL,
              reason = 'the search was changed', finished_at = clock_timestamp() WHERE id = $1
            """, [.integer(last.run.id)])
        }
      }
      let id = try connection.row(
        """
        INSERT INTO sluice.ingest_runs
          (search, query, status, request_id, lease_until, holder_pid, holder_start, next_offset,
            page_size)
        VALUES ($1, $2, 'running', $3, \(leaseEnd("$4")), pg_backend_pid(), \(sessionStart), 0, $5)
        RETURNING id
        """,
        [
          .text(search.key), .text(search.query), .text(requestID), .double(lease.seconds),
          .integer(pageSize),
        ]
      ) { row in try row.int() }
      return .run(
        IngestRun(
          id: id, attempt: 1, searchKey: search.key,
          checkpoint: IngestRun.Checkpoint(pageSize: pageSize)))
    }
  }

  /// Writes the run's checkpoint, adds to its counts, and renews the lease.
  ///
  /// Returns the new counts, which can exceed the sum if the outcome of an earlier commit was
  /// unknown.
  ///
  /// - Throws: ``RunTakenOverFault`` when the run is no longer ours.
  static func advance(
    _ run: IngestRun, adding counts: IngestCounts, lease: Duration,
    _ connection: inout PostgresConnection
  ) throws -> IngestCounts {
    try update(
      run, adding: counts, canGoOn: true,
      """
      lease_until = \(leaseEnd("$3")), holder_pid = pg_backend_pid(),
      holder_start = \(sessionStart)
      """, [.double(lease.seconds)], &connection)
  }

  /// Ends the run; one that can be resumed keeps its checkpoint.
  ///
  /// - Throws: ``RunTakenOverFault`` when the run is no longer ours.
  static func finish(
    _ run: IngestRun, adding counts: IngestCounts, _ ending: IngestRun.Ending,
    _ connection: inout PostgresConnection
  ) throws -> IngestCounts {
    try update(
      run, adding: counts, canGoOn: ending.canGoOn,
      "status = $3, reason = $4, finished_at = clock_timestamp()",
      [.text(ending.status.rawValue), .text(ifPresent: ending.reason)], &connection)
  }

  private static func update(
    _ run: IngestRun, adding added: IngestCounts, canGoOn: Bool, _ assignments: String,
    _ values: [PostgresValue], _ connection: inout PostgresConnection
  ) throws -> IngestCounts {
    let point = run.checkpoint
    let columns: [(name: String, value: PostgresValue)] = [
      ("next_offset", canGoOn ? .integer(point.offset) : .null),
      ("page_size", .integer(point.pageSize)), ("pass", .integer(point.pass)),
      ("pass_total", .integer(ifPresent: point.passTotal.map(Int64.init))),
      ("pass_is_whole", .bool(point.passIsWhole)), ("total", .integer(run.total)),
      ("truncated", .bool(run.isTruncated)),
    ]
    let first = 3 + values.count
    let places = columns.enumerated().map { "\($1.name) = $\(first + $0)" }
    let sums = IngestCounts.columns.enumerated().map {
      "\($1) = \($1) + $\(first + columns.count + $0)::integer"
    }
    let sum = try connection.rowIfPresent(
      """
      UPDATE sluice.ingest_runs SET updated_at = clock_timestamp(), \(assignments),
        \((places + sums).joined(separator: ", "))
      WHERE id = $1 AND attempt = $2 AND status = 'running'
      RETURNING \(IngestCounts.columns.joined(separator: ", "))
      """,
      [.integer(run.id), .integer(run.attempt)] + values + columns.map(\.value)
        + added.figures.map { .integer($0) }
    ) { row in try counts(&row) }
    guard let sum else { throw RunTakenOverFault() }
    return sum
  }

  private static func counts(_ row: inout PostgresRow) throws -> IngestCounts {
    IngestCounts(try IngestCounts.columns.map { _ in try row.int() })
  }

  private static let sessionStart =
    "(SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())"

  private static func leaseEnd(_ seconds: String) -> String {
    "clock_timestamp() + \(seconds)::double precision * interval '1 second'"
  }

  /// A search's last run: whether it is running or partial, can be resumed, and has a holder.
  private typealias LastRun = (
    run: IngestRun, query: String, isOpen: Bool, hasCheckpoint: Bool, isHeld: Bool
  )

  private static func lastRun(
    of search: String, _ connection: inout PostgresConnection
  ) throws -> LastRun? {
    // The start of a session is NULL for sessions of other roles. A holder may be about to commit a
    // page: FOR UPDATE waits for it, so that the run resumes after that page.
    try connection.rowIfPresent(
      """
      SELECT \(IngestCounts.columns.joined(separator: ", ")), id, attempt, coalesce(next_offset, 0),
        page_size, pass, total, pass_total, pass_is_whole, truncated, query,
        status IN ('running', 'partial'), next_offset IS NOT NULL,
        status = 'running' AND lease_until > clock_timestamp() AND EXISTS (
          SELECT FROM pg_stat_activity a WHERE a.pid = holder_pid AND a.pid <> pg_backend_pid()
            AND (a.backend_start = holder_start OR a.backend_start IS NULL))
      FROM sluice.ingest_runs WHERE search = $1 ORDER BY id DESC LIMIT 1 FOR UPDATE
      """, [.text(search)]
    ) { row in
      let counts = try counts(&row)
      let (id, attempt) = (try row.int(), try row.int())
      var checkpoint = IngestRun.Checkpoint(
        offset: try row.int(), pageSize: try row.int(), pass: try row.int())
      let total = try row.intIfPresent() ?? 0
      checkpoint.passTotal = try row.intIfPresent()
      checkpoint.passIsWhole = try row.bool()
      let run = IngestRun(
        id: id, attempt: attempt, searchKey: search, checkpoint: checkpoint, counts: counts,
        total: total, isTruncated: try row.bool())
      return LastRun(
        run: run, query: try row.text(), isOpen: try row.bool(), hasCheckpoint: try row.bool(),
        isHeld: try row.bool())
    }
  }

  private static func takeOver(
    _ last: IngestRun, _ requestID: String, _ lease: Duration,
    _ connection: inout PostgresConnection
  ) throws -> IngestRun {
    try connection.run(
      """
      UPDATE sluice.ingest_runs SET status = 'running', attempt = attempt + 1, reason = NULL,
        finished_at = NULL, updated_at = clock_timestamp(), request_id = $2,
        lease_until = \(leaseEnd("$3")), holder_pid = pg_backend_pid(),
        holder_start = \(sessionStart)
      WHERE id = $1
      """, [.integer(last.id), .text(requestID), .double(lease.seconds)])
    var run = last
    run.attempt += 1
    return run
  }
}
