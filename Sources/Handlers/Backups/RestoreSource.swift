internal import AWS
internal import Postgres

/// A finished backup that a table is restored from.
struct RestoreSource {
  let id: Int
  let object: S3Object
  let rows: Int
  let sha256: [UInt8]

  /// Finds a backup of a table, the newest when none is named, and holds it until the transaction
  /// ends, so that nobody removes it meanwhile.
  static func find(
    _ id: Int?, of table: String, _ connection: inout PostgresConnection
  ) throws -> RestoreSource {
    let found = try connection.query(
      """
      SELECT id, bucket, key, rows, encode(sha256, 'hex') FROM sluice.backups
      WHERE table_name = $1 AND finished_at IS NOT NULL AND ($2::bigint IS NULL OR id = $2)
      ORDER BY id DESC LIMIT 1 FOR UPDATE
      """, [.text(table), .integer(ifPresent: id.map { Int64($0) })], results: .text
    ) { result in
      try (0..<result.rowCount).map { row in
        RestoreSource(
          id: try result.int(row: row, column: 0),
          object: S3Object(
            bucket: try result.text(row: row, column: 1), key: try result.text(row: row, column: 2)
          ),
          rows: try result.int(row: row, column: 3),
          sha256: Self.bytes(hex: try result.text(row: row, column: 4)))
      }
    }
    guard let source = found.first else {
      throw BackupFault(
        .noBackup,
        id.map { "there is no backup \($0) of \(table)" } ?? "there is no backup of \(table)")
    }
    return source
  }

  private static func bytes(hex: String) -> [UInt8] {
    let digits = hex.utf8.map { UInt8($0 < 0x3A ? $0 - 0x30 : $0 - 0x57) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
