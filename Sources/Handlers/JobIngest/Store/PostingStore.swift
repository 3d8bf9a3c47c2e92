internal import AWS
internal import Postgres

/// The statements that write postings, their places, the searches that saw them, and rejects.
enum PostingStore {
  /// Finds the postings that the database already holds unchanged.
  static func unchanged(
    _ items: [SearchPageWork.Item], minimumAnnualPay: String?,
    _ connection: inout PostgresConnection
  ) throws -> Set<String> {
    guard !items.isEmpty else { return [] }
    let ids = try connection.rows(
      """
      SELECT i.id FROM unnest($1::text[], $2::text[]) AS i (id, hash)
      JOIN public.postings p ON p.id = i.id
      WHERE p.content_hash = decode(i.hash, 'hex') AND p.closed_at IS NULL
        AND (p.maximum_pay * sluice.pay_periods(p.pay_interval) < $3::numeric) IS NOT TRUE
      """,
      [
        .textArray(items.map(\.id)), .textArray(items.map { Digest.hex($0.contentHash) }),
        .text(ifPresent: minimumAnnualPay),
      ]
    ) { row in try row.text() }
    return Set(ids)
  }

  /// Stages postings and merges those that pay enough.
  static func merge(
    _ postings: borrowing StagedPostings, run: IngestRun, minimumAnnualPay: String?,
    _ connection: inout PostgresConnection
  ) throws -> Merged {
    var merged = Merged()
    guard postings.count > 0 else { return merged }
    try connection.execute(StagedPostings.createStaging)
    try connection.beginCopyIn(StagedPostings.copyStaging)
    try postings.withRows { rows throws(PostgresError) in try connection.putCopy(rows) }
    _ = try connection.endCopyIn()
    if let minimumAnnualPay {
      merged.leftOut = try connection.rows(
        StagedPostings.removePaidLess, [.text(minimumAnnualPay)]
      ) { row in try row.text() }
    }
    let written = try connection.rows(StagedPostings.merge, [.integer(run.id)]) { row in
      (id: try row.text(), isNew: try row.bool())
    }
    merged.inserted = Set(written.filter(\.isNew).map(\.id))
    merged.updated = Set(written.filter { !$0.isNew }.map(\.id))
    return merged
  }

  /// What a merge did, by the postings' ids.
  struct Merged {
    var leftOut: [String] = []
    var inserted: Set<String> = []
    var updated: Set<String> = []
  }

  /// Records that a run saw postings; returns those that it had not seen before.
  static func noteSeen(
    _ ids: [String], leftOut: Bool, by run: IngestRun, _ connection: inout PostgresConnection
  ) throws -> [String] {
    guard !ids.isEmpty else { return [] }
    return try connection.rows(
      """
      INSERT INTO public.posting_searches AS s (search, posting_id, last_run, left_out)
      SELECT $1, id, $2::bigint, $3::boolean FROM unnest($4::text[]) AS id ORDER BY id
      ON CONFLICT (search, posting_id) DO UPDATE SET last_seen_at = clock_timestamp(),
        last_run = excluded.last_run, gone_at = NULL, left_out = excluded.left_out
      WHERE s.last_run <> excluded.last_run
      RETURNING posting_id
      """,
      [.text(run.searchKey), .integer(run.id), .bool(leftOut), .textArray(ids)]
    ) { row in try row.text() }
  }

  /// Stores rejects and returns how many of them are new in the run.
  ///
  /// A posting that could be read earlier keeps its row and does not count as closed.
  static func saveRejects(
    _ rejects: [PostingReject], of run: IngestRun, _ connection: inout PostgresConnection
  ) throws -> Int {
    guard !rejects.isEmpty else { return 0 }
    try connection.run(
      """
      UPDATE public.posting_searches SET last_seen_at = clock_timestamp(), last_run = $2,
        gone_at = NULL
      WHERE search = $1 AND posting_id = ANY ($3::text[])
      """, [.text(run.searchKey), .integer(run.id), .textArray(rejects.compactMap(\.id))])
    return try connection.run(
      """
      INSERT INTO sluice.ingest_rejects (run, fingerprint, posting_id, code, reason, document)
      SELECT $1::bigint, decode(hash, 'hex'), id, code, reason, document
      FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
        AS r (hash, id, code, reason, document)
      ON CONFLICT (run, fingerprint) DO NOTHING
      """,
      [
        .integer(run.id), .textArray(rejects.map { Digest.hex($0.fingerprint) }),
        .textArray(rejects.map(\.id)), .textArray(rejects.map(\.code)),
        .textArray(rejects.map(\.reason)), .textArray(rejects.map(\.document)),
      ])
  }

  /// Keeps searches from closing postings until the transaction ends; they can still write pages.
  ///
  /// Otherwise a search could close a posting that another search has just found but not committed.
  static func holdOffClosing(_ connection: inout PostgresConnection) throws {
    try connection.execute("SELECT pg_advisory_xact_lock_shared(\(closingLock))")
  }

  /// Reopens postings that were closed since the page was compared, and returns their ids.
  static func reopen(
    _ ids: [String], by run: IngestRun, _ connection: inout PostgresConnection
  ) throws -> [String] {
    guard !ids.isEmpty else { return [] }
    return try connection.rows(
      """
      UPDATE public.postings SET updated_run = $1, updated_at = clock_timestamp(),
        closed_at = NULL, closed_run = NULL
      WHERE id = ANY ($2::text[]) AND closed_at IS NOT NULL RETURNING id
      """, [.integer(run.id), .textArray(ids)]
    ) { row in try row.text() }
  }

  private static let closingLock = "hashtextextended('sluice.ingest closing', 0)"

  /// Closes the postings that no search finds any longer, and returns how many.
  ///
  /// A search that has not seen a posting for 30 days does not keep it open, since it may never run
  /// again. A search by age loses postings that are still open, so for it only those days count. If
  /// the run received a posting without a readable id, nothing is closed: it could be any of them.
  static func closeUnseen(
    by run: IngestRun, isByAge: Bool, _ connection: inout PostgresConnection
  ) throws -> Int {
    let isSure = try connection.row(
      """
      SELECT NOT EXISTS (
        SELECT FROM sluice.ingest_rejects WHERE run = $1 AND posting_id IS NULL)
      """, [.integer(run.id)]
    ) { row in try row.bool() }
    guard isSure else { return 0 }
    try connection.execute("SELECT pg_advisory_xact_lock(\(closingLock))")
    if !isByAge {
      try connection.run(
        """
        UPDATE public.posting_searches SET gone_at = clock_timestamp()
        WHERE search = $1 AND last_run <> $2 AND gone_at IS NULL
        """, [.text(run.searchKey), .integer(run.id)])
    }
    return try connection.run(
      """
      UPDATE public.postings p SET closed_at = clock_timestamp(), closed_run = $1
      WHERE p.closed_at IS NULL AND NOT EXISTS (
        SELECT FROM public.posting_searches s
        WHERE s.posting_id = p.id AND s.gone_at IS NULL AND NOT s.left_out
          AND s.last_seen_at > clock_timestamp() - interval '30 days')
      """, [.integer(run.id)])
  }

  /// Inserts the places that the database lacks, and remembers their ids.
  ///
  /// Each statement commits at once, so that no remembered id comes from a rolled-back transaction.
  static func savePlaces(
    _ positions: [Int32], _ directory: inout PlaceDirectory,
    _ connection: inout PostgresConnection
  ) throws {
    let unknown = Set(positions).filter { directory.known[Int($0)].row == nil }
    guard !unknown.isEmpty else { return }
    let places = unknown.map { (position: $0, known: directory.known[Int($0)]) }
    let hashes = places.map { Digest.hex($0.known.fingerprint.bytes) }
    try connection.run(
      """
      INSERT INTO public.posting_places
        (fingerprint, name, city, subdivision, country, latitude, longitude)
      SELECT decode(hash, 'hex'), name, city, subdivision, country, latitude, longitude
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
        $6::text[]::double precision[], $7::text[]::double precision[])
        AS n (hash, name, city, subdivision, country, latitude, longitude)
      WHERE NOT EXISTS (
        SELECT FROM public.posting_places p WHERE p.fingerprint = decode(n.hash, 'hex'))
      ORDER BY hash ON CONFLICT (fingerprint) DO NOTHING
      """,
      [
        .textArray(hashes), .textArray(places.map { $0.known.place.name }),
        .textArray(places.map { $0.known.place.city }),
        .textArray(places.map { $0.known.place.subdivision }),
        .textArray(places.map { $0.known.place.country }),
        .textArray(places.map { $0.known.place.latitude.map { "\($0)" } }),
        .textArray(places.map { $0.known.place.longitude.map { "\($0)" } }),
      ])
    let rows = try connection.rows(
      """
      SELECT n.number, p.id FROM unnest($1::text[]) WITH ORDINALITY AS n (hash, number)
      JOIN public.posting_places p ON p.fingerprint = decode(n.hash, 'hex')
      """, [.textArray(hashes)]
    ) { row in (number: try row.int(), id: try row.int()) }
    for row in rows { directory.setRow(Int32(row.id), of: places[row.number - 1].position) }
  }
}
