internal import AWS
package import Datasets
internal import LambdaEvents
internal import LambdaRuntime
package import Postgres
internal import Tables

/// The ledger of loads: what was loaded, from which version of which object, with which result.
package enum Ledger {
  /// The bucket that the ledger records for local files, whose keys are paths.
  package static let fileBucket = "file"

  /// The version of an object that a load reads.
  package struct Version {
    package let bucket: String
    package let key: String
    let versionID: String?
    let eTag: String?
    let sequencer: String?

    /// A version identified by its content alone.
    package init(bucket: String, key: String, eTag: String) {
      (self.bucket, self.key, self.eTag) = (bucket, key, eTag)
      (versionID, sequencer) = (nil, nil)
    }

    init(_ object: ObjectNotification, eTag: String? = nil) {
      bucket = object.bucket
      key = object.key
      versionID = object.versionID
      self.eTag = eTag ?? object.eTag
      sequencer = object.sequencer
    }

    fileprivate var parameters: [PostgresValue] {
      [
        .text(bucket), .text(key), .text(ifPresent: versionID), .text(ifPresent: eTag),
        .text(ifPresent: sequencer),
      ]
    }
  }

  /// How a version compares with the loads before it.
  enum Verdict {
    case new
    case loaded(id: Int, counts: LoadCounts, seconds: Double)
    /// A later version is already loaded.
    case stale(id: Int)
  }

  /// A finished load: its file and its dataset.
  package struct Entry {
    let id: Int
    let bucket: String
    let key: String
    let dataset: String

    /// Whether the load read a local file.
    var isLocal: Bool { bucket == Ledger.fileBucket }
  }

  /// Whether one sequencer is later than another: they are hexadecimal numbers; the shorter one is
  /// padded on the right before comparing
  /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>).
  static func isLater(_ one: String, than other: String) -> Bool {
    let width = max(one.utf8.count, other.utf8.count)
    func padded(_ text: String) -> [UInt8] {
      let bytes = text.lowercased().utf8
      return Array(bytes) + Array(repeating: 0x30, count: width - bytes.count)
    }
    return padded(other).lexicographicallyPrecedes(padded(one))
  }
}

extension PostgresConnection {
  /// Locks an object until the transaction ends, so that concurrent invocations wait for one
  /// another.
  mutating func lockLoads(of key: String, in bucket: String) throws {
    try run(
      "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
      [.text("sluice.load \(bucket)/\(key)")])
  }

  /// Compares a version with the loads before it.
  ///
  /// Sequencers grow with the ids of loads, so the latest thousand loads recognize any older event
  /// as stale, and the comparison stays fast for a key that is loaded every minute.
  ///
  /// A version with the content of the last load, or from an event seen before, is already loaded.
  /// An object that returned to earlier content after something else is new: the last upload wins.
  mutating func compareWithLoads(_ version: Ledger.Version) throws -> Ledger.Verdict {
    var known: Ledger.Verdict?
    var later: Int?
    var laterUploadOf: Int?
    var isLast = true
    _ = try rows(
      """
      SELECT id, version_id, etag, sequencer, \(LoadCounts.columns), seconds
      FROM sluice.loads WHERE bucket = $1 AND key = $2 AND status = 'loaded'
      ORDER BY id DESC LIMIT 1000
      """, [.text(version.bucket), .text(version.key)]
    ) { row in
      defer { isLast = false }
      guard known == nil else { return }
      let id = try row.int()
      let versionID = try row.textIfPresent()
      let eTag = try row.textIfPresent()
      let sequencer = try row.textIfPresent()
      let isSameEvent =
        sequencer != nil && sequencer == version.sequencer
        || versionID != nil && versionID == version.versionID
      if isSameEvent || isLast && eTag != nil && eTag == version.eTag {
        known = .loaded(id: id, counts: try LoadCounts(&row), seconds: try row.double())
        let isLater = version.sequencer.map { ours in
          sequencer.map { Ledger.isLater(ours, than: $0) } ?? true
        }
        if !isSameEvent, isLater == true { laterUploadOf = id }
      }
      if later == nil, let sequencer, let ours = version.sequencer,
        Ledger.isLater(sequencer, than: ours)
      {
        later = id
      }
    }
    if let id = laterUploadOf {
      // Uploads between the two are older than the content of the table.
      try run(
        "UPDATE sluice.loads SET sequencer = $2, version_id = coalesce($3, version_id) WHERE id = $1",
        [.integer(id), .text(ifPresent: version.sequencer), .text(ifPresent: version.versionID)])
    }
    return known ?? later.map { .stale(id: $0) } ?? .new
  }

  /// Inserts the row of a load; its counts follow when the load is finished.
  package mutating func openLoad(
    _ version: Ledger.Version, _ dataset: Dataset, requestID: String
  ) throws -> Int {
    try int(
      """
      INSERT INTO sluice.loads (bucket, key, version_id, etag, sequencer, dataset, table_name,
        status, request_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 'loaded', $8) RETURNING id
      """, version.parameters + [.text(dataset.name), .text(dataset.table), .text(requestID)])
  }

  /// Records the result of an open load.
  mutating func closeLoad(
    _ report: LoadReport, bytes: Int, head: S3ObjectHead?, rejectsHeader: String
  ) throws {
    try run(
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
        .text(ifPresent: report.reason), .integer(bytes), .text(ifPresent: head?.eTag),
        .text(ifPresent: head?.versionID), .double(report.seconds),
      ] + report.counts.parameters + [
        .integer(report.deleted), .integer(report.healed),
        // Even without rejects: pending records may still be rejected when they heal.
        .text(ifPresent: report.status == .loaded ? rejectsHeader : nil),
      ])
  }

  /// Updates the counts of an open load, for statements that continue counting in its row.
  mutating func setCounts(_ counts: LoadCounts, ofLoad load: Int) throws {
    try run(
      """
      UPDATE sluice.loads SET read = $2, inserted = $3, updated = $4, unchanged = $5,
        superseded = $6, rejected = $7, pending = $8
      WHERE id = $1
      """, [.integer(load)] + counts.parameters)
  }

  /// Reads the counts of a load.
  mutating func counts(ofLoad load: Int) throws -> LoadCounts {
    try row("SELECT \(LoadCounts.columns) FROM sluice.loads WHERE id = $1", [.integer(load)]) {
      row in try LoadCounts(&row)
    }
  }

  /// Returns the first line of the object for a load's rejects, and its key if it has been written; nil
  /// if nothing was rejected, or a later load of the same key owns the place.
  mutating func rejectsObject(ofLoad load: Int) throws -> (header: String, key: String?)? {
    try rowIfPresent(
      """
      SELECT rejects_header, rejects_key FROM sluice.loads o
      WHERE id = $1 AND rejected > 0 AND rejects_header IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM sluice.loads l
          WHERE l.bucket = o.bucket AND l.key = o.key AND l.id > o.id AND l.status = 'loaded')
      """, [.integer(load)]
    ) { row in (try row.text(), try row.textIfPresent()) }
  }
}

extension LoadCounts {
  fileprivate var parameters: [PostgresValue] {
    Self.parts.map { .integer(self[keyPath: $0]) }
  }

  fileprivate init(_ row: inout PostgresRow) throws {
    for part in Self.parts { self[keyPath: part] = try row.int() }
  }
}

extension Database {
  /// Records a failed load in the ledger, so that it can be found and replayed.
  ///
  /// - Throws: ``LoadFault`` that describes both failures, if the ledger cannot be written.
  mutating func recordFailure(
    _ report: LoadReport, _ version: Ledger.Version, _ dataset: Dataset?,
    _ context: InvocationContext
  ) throws(LoadFault) -> Int {
    do {
      return try write(context: context) { connection in
        try connection.int(
          """
          INSERT INTO sluice.loads (bucket, key, version_id, etag, sequencer, dataset, table_name,
            status, request_id, code, reason, seconds, \(LoadCounts.columns))
          VALUES ($1, $2, $3, $4, $5, $6, $7, 'failed', $8, $9, $10, $11, $12, $13, $14, $15, $16,
            $17, $18) RETURNING id
          """,
          version.parameters + [
            .text(ifPresent: dataset?.name), .text(ifPresent: dataset?.table),
            .text(context.requestID), .text(ifPresent: report.code),
            .text(ifPresent: report.reason), .double(report.seconds),
          ] + report.counts.parameters)
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
