/// What became of one object: the answer of `csv-load` holds one for each.
public struct LoadReport: Encodable, Sendable {
  /// How a load ended.
  public enum Status: String, Encodable, Sendable {
    case loaded
    case alreadyLoaded = "already-loaded"
    case stale
    case ignored
    case failed
  }

  /// A refused record, without its values: the record itself is in `sluice.rejects`.
  public struct Reject: Encodable, Sendable {
    package let record: Int
    package let line: Int
    package let byteOffset: Int
    package let column: String?
    package let code: String
    package let reason: String

    package init(
      record: Int, line: Int, byteOffset: Int, column: String?, code: String, reason: String
    ) {
      self.record = record
      self.line = line
      self.byteOffset = byteOffset
      self.column = column
      self.code = code
      self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
      case record, line, column, code, reason
      case byteOffset = "byte_offset"
    }
  }

  package var id: Int?
  package var table: String?
  package var bucket: String
  package var key: String
  package var status: Status
  /// The stable name of what went wrong, when something did.
  package var code: String?
  package var reason: String?
  package var counts = LoadCounts()
  /// How many rows a file that replaced its table did not hold.
  package var deleted = 0
  /// How many records of other loads had waited for rows of this one and are rows now.
  package var healed = 0
  package var seconds: Double = 0
  package var rejects: [Reject] = []
  /// The key of the object, in the same bucket, that holds all rejects to mend.
  package var rejectsKey: String?
  /// Other loads whose waiting records were refused when this one let them in, so that their files of
  /// rejects are to be written anew; no part of the answer.
  var refusing: [Ledger.Entry] = []

  package init(bucket: String, key: String, status: Status) {
    self.bucket = bucket
    self.key = key
    self.status = status
  }

  enum CodingKeys: String, CodingKey {
    case id, table, bucket, key, status, code, reason
    case read, inserted, updated, unchanged, superseded, rejected, pending
    case deleted, healed, seconds, rejects
    case rejectsKey = "rejects_key"
  }

  /// Encodes the counts flat beside the rest.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(id, forKey: .id)
    try container.encodeIfPresent(table, forKey: .table)
    try container.encode(bucket, forKey: .bucket)
    try container.encode(key, forKey: .key)
    try container.encode(status, forKey: .status)
    try container.encodeIfPresent(code, forKey: .code)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encode(counts.read, forKey: .read)
    try container.encode(counts.inserted, forKey: .inserted)
    try container.encode(counts.updated, forKey: .updated)
    try container.encode(counts.unchanged, forKey: .unchanged)
    try container.encode(counts.superseded, forKey: .superseded)
    try container.encode(counts.rejected, forKey: .rejected)
    try container.encode(counts.pending, forKey: .pending)
    try container.encode(deleted, forKey: .deleted)
    try container.encode(healed, forKey: .healed)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(rejects, forKey: .rejects)
    try container.encodeIfPresent(rejectsKey, forKey: .rejectsKey)
  }
}

/// Where the records of a load went; each is counted exactly once.
package struct LoadCounts: Sendable, Equatable {
  package var read = 0
  package var inserted = 0
  package var updated = 0
  package var unchanged = 0
  package var superseded = 0
  package var rejected = 0
  package var pending = 0

  package init() {}

  /// Whether every record read is accounted for.
  package var isBalanced: Bool {
    read == inserted + updated + unchanged + superseded + rejected + pending
  }
}
