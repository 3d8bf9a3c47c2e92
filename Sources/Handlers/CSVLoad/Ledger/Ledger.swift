internal import AWS
package import Datasets
internal import LambdaEvents
internal import LambdaRuntime
package import Postgres
internal import Tables

/// The ledger of loads: what was loaded, from which version of which object, and what came of it.
package struct Ledger {
  /// What the ledger has instead of a bucket for the files of some machine, whose keys are paths.
  package static let fileBucket = "file"

  /// The version of an object that a load is about.
  package struct Version {
    let bucket: String
    let key: String
    let versionID: String?
    let eTag: String?
    let sequencer: String?

    /// A version that is told by its content alone.
    package init(bucket: String, key: String, eTag: String) {
      self.bucket = bucket
      self.key = key
      self.eTag = eTag
      versionID = nil
      sequencer = nil
    }

    init(_ object: ObjectNotification, eTag: String? = nil) {
      bucket = object.bucket
      key = object.key
      versionID = object.versionID
      self.eTag = eTag ?? object.eTag
      sequencer = object.sequencer
    }
  }

  /// What the ledger says of an object before it is read.
  enum Verdict {
    case new
    case loaded(id: Int, counts: LoadCounts, seconds: Double)
    /// A later version was loaded already.
    case stale(id: Int)
  }

  /// A load that was done: of which file, by which dataset.
  package struct Entry {
    let id: Int
    let bucket: String
    let key: String
    let dataset: String
  }

  /// Locks the object until the transaction ends, so that twin invocations wait for one another.
  static func lock(
    _ bucket: String, _ key: String, _ connection: inout PostgresConnection
  ) throws {
    _ = try connection.query(
      "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
      [.text("sluice.load \(bucket)/\(key)")]
    ) { _ in }
  }

  /// Compares a version with those loaded before.
  ///
  /// Sequencers grow with the ids of loads, so the latest thousand tell of any event that is older
  /// than they are that it is stale, and a key that is loaded every minute stays quick to judge.
  ///
  /// Same content as the version loaded last, or an event that was seen before, is loaded already.
  /// An object that went back to earlier content after something else is new: the last upload wins.
  static func judge(_ version: Version, _ connection: inout PostgresConnection) throws -> Verdict {
    let (verdict, isLaterUpload) = try compare(version, &connection)
    if isLaterUpload, case .loaded(let id, _, _) = verdict {
      // What was uploaded between the two is older than what the table holds.
      try connection.run(
        "UPDATE sluice.loads SET sequencer = $2, version_id = coalesce($3, version_id) WHERE id = $1",
        [.integer(id), .text(ifPresent: version.sequencer), .text(ifPresent: version.versionID)])
    }
    return verdict
  }

  /// The verdict, and whether it is about a later upload of the content loaded last.
  private static func compare(
    _ version: Version, _ connection: inout PostgresConnection
  ) throws -> (Verdict, isLaterUpload: Bool) {
    var verdict: (Verdict, isLaterUpload: Bool)?
    var later: Int?
    try connection.query(
      """
      SELECT id, version_id, etag, sequencer, read, inserted, updated, unchanged, superseded,
        rejected, pending, seconds
      FROM sluice.loads WHERE bucket = $1 AND key = $2 AND status = 'loaded'
      ORDER BY id DESC LIMIT 1000
      """, [.text(version.bucket), .text(version.key)]
    ) { result in
      var isLast = true
      _ = try result.rows { row in
        defer { isLast = false }
        guard verdict == nil else { return }
        let id = try row.int()
        let versionID = try row.textIfPresent()
        let eTag = try row.textIfPresent()
        let sequencer = try row.textIfPresent()
        let isSameEvent =
          sequencer != nil && sequencer == version.sequencer
          || versionID != nil && versionID == version.versionID
        if isSameEvent || isLast && eTag != nil && eTag == version.eTag {
          let known = Verdict.loaded(id: id, counts: try counts(&row), seconds: try row.double())
          let isLater = version.sequencer.map { ours in
            sequencer.map { Self.isLater(ours, than: $0) } ?? true
          }
          verdict = (known, !isSameEvent && isLater == true)
        }
        if later == nil, let sequencer, let ours = version.sequencer,
          isLater(sequencer, than: ours)
        {
          later = id
        }
      }
    }
    return verdict ?? later.map { (.stale(id: $0), false) } ?? (.new, false)
  }

  /// Sequencers are hexadecimal numbers; the shorter is padded on the right before comparing
  /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>).
  static func isLater(_ one: String, than other: String) -> Bool {
    let width = max(one.utf8.count, other.utf8.count)
    func padded(_ text: String) -> [UInt8] {
      let bytes = text.lowercased().utf8
      return Array(bytes) + Array(repeating: 0x30, count: width - bytes.count)
    }
    return padded(other).lexicographicallyPrecedes(padded(one))
  }

  /// Opens the row of a load, whose counts follow when it is finished.
  package static func open(
    _ version: Version, dataset: Dataset, requestID: String,
    _ connection: inout PostgresConnection
  ) throws -> Int {
    try connection.row(
      """
      INSERT INTO sluice.loads (bucket, key, version_id, etag, sequencer, dataset, table_name,
        status, request_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 'loaded', $8) RETURNING id
      """,
      [
        .text(version.bucket), .text(version.key), .text(ifPresent: version.versionID),
        .text(ifPresent: version.eTag), .text(ifPresent: version.sequencer), .text(dataset.name),
        .text(dataset.table), .text(requestID),
      ]
    ) { row in try row.int() }
  }

  /// Writes what came of an opened load.
  static func close(
    _ report: LoadReport, bytes: Int, head: S3ObjectHead?, rejectsHeader: String,
    _ connection: inout PostgresConnection
  ) throws {
    try connection.run(
      """
      UPDATE sluice.loads SET status = $2, code = $3, reason = $4, bytes = $5,
        etag = coalesce($6, etag), version_id = coalesce($7, version_id), seconds = $8, read = $9,
        inserted = $10, updated = $11, unchanged = $12, superseded = $13, rejected = $14,
        pending = $15, deleted = $16, healed = $17, rejects_header = $18,
        finished_at = clock_timestamp()
      WHERE id = $1
      """,
      [
        .integer(report.id ?? 0), .text(report.status.rawValue), .text(ifPresent: report.code),
        .text(ifPresent: report.reason), .integer(bytes),
        .text(ifPresent: head?.eTag),
        .text(ifPresent: head?.versionID), .double(report.seconds),
      ] + parameters(report.counts) + [
        .integer(report.deleted), .integer(report.healed),
        // Also without rejects: records that wait may be refused when they heal.
        .text(ifPresent: report.status == .loaded ? rejectsHeader : nil),
      ])
  }

  /// Writes the counts of an opened load, for statements that go on counting in its row.
  static func note(
    _ counts: LoadCounts, of load: Int, _ connection: inout PostgresConnection
  ) throws {
    try connection.run(
      """
      UPDATE sluice.loads SET read = $2, inserted = $3, updated = $4, unchanged = $5,
        superseded = $6, rejected = $7, pending = $8
      WHERE id = $1
      """, [.integer(load)] + parameters(counts))
  }

  /// Reads the counts of a load.
  static func counts(
    of load: Int, _ connection: inout PostgresConnection
  ) throws -> LoadCounts {
    try connection.row(
      """
      SELECT read, inserted, updated, unchanged, superseded, rejected, pending
      FROM sluice.loads WHERE id = $1
      """, [.integer(load)]
    ) { row in try counts(&row) }
  }

  /// What is known of the object that holds a load's rejects.
  enum RejectsObject {
    /// There is none to be: nothing was refused, or a later load of the same key has the place.
    case none
    /// It is to be written, with this first line.
    case wanted(header: String)
    case written(key: String)
  }

  /// Says whether a load's rejects stand in an object of their own.
  static func rejectsFile(
    of load: Int, _ connection: inout PostgresConnection
  ) throws -> RejectsObject {
    try connection.rowIfPresent(
      """
      SELECT rejects_header, rejects_key FROM sluice.loads o
      WHERE id = $1 AND rejected > 0 AND NOT EXISTS (SELECT 1 FROM sluice.loads l
        WHERE l.bucket = o.bucket AND l.key = o.key AND l.id > o.id AND l.status = 'loaded')
      """, [.integer(load)]
    ) { row -> RejectsObject in
      guard let header = try row.textIfPresent() else { return .none }
      return try row.textIfPresent().map { .written(key: $0) } ?? .wanted(header: header)
    } ?? .none
  }

  /// Notes that a load's rejects were written to an object.
  static func noteRejectsFile(
    of load: Int, key: String, _ connection: inout PostgresConnection
  ) throws {
    try connection.run(
      "UPDATE sluice.loads SET rejects_key = $2 WHERE id = $1", [.integer(load), .text(key)])
  }

  /// Records a load that failed for good and changed nothing.
  static func recordFailure(
    _ report: LoadReport, _ version: Version, dataset: Dataset?, requestID: String,
    _ connection: inout PostgresConnection
  ) throws -> Int {
    try connection.row(
      """
      INSERT INTO sluice.loads (bucket, key, version_id, etag, sequencer, dataset, table_name,
        status, request_id, code, reason, seconds, read, inserted, updated, unchanged, superseded,
        rejected, pending)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 'failed', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
        $18) RETURNING id
      """,
      [
        .text(version.bucket), .text(version.key), .text(ifPresent: version.versionID),
        .text(ifPresent: version.eTag), .text(ifPresent: version.sequencer),
        .text(ifPresent: dataset?.name),
        .text(ifPresent: dataset?.table), .text(requestID), .text(ifPresent: report.code),
        .text(ifPresent: report.reason), .double(report.seconds),
      ] + parameters(report.counts)
    ) { row in try row.int() }
  }

  private static func parameters(_ counts: LoadCounts) -> [PostgresValue] {
    [
      counts.read, counts.inserted, counts.updated, counts.unchanged, counts.superseded,
      counts.rejected, counts.pending,
    ].map { .integer(Int64($0)) }
  }

  private static func counts(_ row: inout PostgresRow) throws -> LoadCounts {
    var counts = LoadCounts()
    counts.read = try row.int()
    counts.inserted = try row.int()
    counts.updated = try row.int()
    counts.unchanged = try row.int()
    counts.superseded = try row.int()
    counts.rejected = try row.int()
    counts.pending = try row.int()
    return counts
  }
}

extension Ledger {
  /// Writes a failed load into the ledger, so that it can be found and replayed.
  ///
  /// - Throws: ``LoadFault`` that tells of both failures, when it could not be written.
  static func recordFailure(
    _ report: LoadReport, _ version: Version, dataset: Dataset?, _ context: InvocationContext,
    _ database: inout Database
  ) throws(LoadFault) -> Int {
    do {
      return try database.write(context: context) { connection in
        try recordFailure(
          report, version, dataset: dataset, requestID: context.requestID, &connection)
      }
    } catch {
      let obstacle =
        (error as? PostgresError).map { LoadFault($0) }
        ?? LoadFault(.databaseUnavailable, "\(error)", isRetriable: true)
      throw LoadFault(
        obstacle.code,
        "\(report.reason ?? "the load failed"); that could not be recorded: \(obstacle.message)",
        isRetriable: true)
    }
  }
}
