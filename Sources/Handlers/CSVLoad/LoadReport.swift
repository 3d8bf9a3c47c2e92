/// The result of loading one object; the output of `csv-load` has one for each.
public struct LoadReport: Encodable, Sendable {
  /// How a load ended.
  public enum Status: String, Encodable, Sendable {
    case loaded
    case alreadyLoaded = "already-loaded"
    case stale
    case ignored
    case failed
  }

  /// A rejected record, without its values: the record itself is in `sluice.rejects`.
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
  /// The stable code of the failure, if the load failed.
  package var code: String?
  package var reason: String?
  package var counts = LoadCounts()
  /// How many rows were deleted because the file that replaces the table does not contain them.
  package var deleted = 0
  /// How many pending records of other loads became rows because this load brought their parents.
  package var healed = 0
  package var seconds: Double = 0
  package var rejects: [Reject] = []
  /// The key of the object, in the same bucket, that contains all rejected records for correction.
  package var rejectsKey: String?
  /// Other loads whose pending records were rejected when this load resolved them, so that their
  /// reject files have to be rewritten; not part of the output.
  package var refusing: [Ledger.Entry] = []

  package init(bucket: String, key: String, status: Status) {
    self.bucket = bucket
    self.key = key
    self.status = status
  }

  /// Makes this the report of a load that failed.
  package mutating func fail(_ fault: LoadFault) {
    (status, code, reason) = (.failed, fault.code.rawValue, fault.message)
  }

  enum CodingKeys: String, CodingKey {
    case id, table, bucket, key, status, code, reason
    case deleted, healed, seconds, rejects
    case rejectsKey = "rejects_key"
  }

  /// Encodes the counts as members of the report itself.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(id, forKey: .id)
    try container.encodeIfPresent(table, forKey: .table)
    try container.encode(bucket, forKey: .bucket)
    try container.encode(key, forKey: .key)
    try container.encode(status, forKey: .status)
    try container.encodeIfPresent(code, forKey: .code)
    try container.encodeIfPresent(reason, forKey: .reason)
    try counts.encode(to: encoder)
    try container.encode(deleted, forKey: .deleted)
    try container.encode(healed, forKey: .healed)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(rejects, forKey: .rejects)
    try container.encodeIfPresent(rejectsKey, forKey: .rejectsKey)
  }
}

/// What happened to the records of a load; each is counted exactly once.
package struct LoadCounts: Encodable, Sendable, Equatable {
  package var read = 0
  package var inserted = 0
  package var updated = 0
  package var unchanged = 0
  package var superseded = 0
  package var rejected = 0
  package var pending = 0

  package init() {}

  /// The columns of `sluice.loads` that store the counts.
  static let columns = "read, inserted, updated, unchanged, superseded, rejected, pending"
  /// The counts in the order of the columns.
  static let parts: [any WritableKeyPath<LoadCounts, Int> & Sendable] = [
    \.read, \.inserted, \.updated, \.unchanged, \.superseded, \.rejected, \.pending,
  ]

  /// Whether every record read is accounted for.
  package var isBalanced: Bool {
    read == inserted + updated + unchanged + superseded + rejected + pending
  }
}
