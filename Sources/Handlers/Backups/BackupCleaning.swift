internal import AWS
internal import LambdaRuntime
internal import Postgres

/// Removes backups, objects before rows, so that every object has a row.
///
/// Failures are logged and retried after the table's next backup.
struct BackupCleaning {
  let context: InvocationContext

  /// Longer than any invocation lasts: an unfinished backup that is older was abandoned.
  private static let patience = "1 hour"
  private static let timeout = Duration.seconds(2)

  /// Removes a backup that failed.
  func discard(
    _ id: Int, _ connection: inout PostgresConnection, _ s3: inout S3Client
  ) {
    remove("id = $1", [.integer(id)], "finished_at IS NULL", &connection, &s3)
  }

  /// Removes all but the newest backups of a table, and abandoned ones.
  func retain(
    _ count: Int, of table: String, _ connection: inout PostgresConnection, _ s3: inout S3Client
  ) {
    let tooMany = """
      finished_at IS NOT NULL AND $2::bigint > 0 AND id NOT IN (SELECT id FROM sluice.backups
        WHERE table_name = $1 AND finished_at IS NOT NULL ORDER BY id DESC LIMIT $2)
      """
    let abandoned = """
      finished_at IS NULL AND created_at < clock_timestamp() - interval '\(Self.patience)'
      """
    remove(
      "table_name = $1", [.text(table), .integer(count)], "(\(tooMany) OR \(abandoned))",
      &connection, &s3)
  }

  private func remove(
    _ scope: String, _ parameters: [PostgresValue], _ condition: String,
    _ connection: inout PostgresConnection, _ s3: inout S3Client
  ) {
    do {
      connection.setTimeLeft(max(.seconds(1), context.deadline.remaining - .seconds(1)))
      try connection.transaction { connection in
        // Skip backups that are being restored.
        let found = try connection.rows(
          """
          SELECT id, bucket, key FROM sluice.backups WHERE \(scope) AND \(condition)
          ORDER BY id FOR UPDATE SKIP LOCKED
          """, parameters
        ) { row in (try row.int(), S3Object(bucket: try row.text(), key: try row.text())) }
        for (id, object) in found {
          // A failure does not keep the others from being removed.
          do {
            try s3.delete(object, timeout: Self.timeout)
          } catch {
            context.log.warn(
              "A backup could not be removed; the next one tries again",
              ["error": .string("\(error)")])
            continue
          }
          try connection.run("DELETE FROM sluice.backups WHERE id = $1", [.integer(id)])
        }
      }
    } catch {
      context.log.warn(
        "Backups could not be removed; the next one tries again", ["error": .string("\(error)")])
    }
  }
}
