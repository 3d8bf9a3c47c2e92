internal import AWS
internal import Passwords
internal import Postgres

/// Statements on the table of sessions.
enum Sessions {
  /// Begins a session, unless the user was disabled or has another password by now.
  ///
  /// The user's row is locked, so that who disables it ends this session too.
  ///
  /// - Returns: When it ends, as RFC 3339 writes it.
  static func begin(
    _ user: Users.Candidate, token: String, hours: Int, _ connection: inout PostgresConnection
  ) throws -> String? {
    try connection.rowIfPresent(
      """
      INSERT INTO sluice.sessions (token_hash, user_id, expires_at)
      SELECT $3, id, date_trunc('second', clock_timestamp()) + $4 * interval '1 hour'
      FROM sluice.users WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL
      FOR NO KEY UPDATE
      RETURNING to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      """,
      [.integer(user.id), .text(user.hash.text), .bytes(hash(token)), .integer(hours)]
    ) { row in try row.text() }
  }

  /// Ends the session of a token.
  ///
  /// - Returns: Whether it counted until now.
  static func end(_ token: String, _ connection: inout PostgresConnection) throws -> Bool {
    try connection.rowIfPresent(
      "DELETE FROM sluice.sessions WHERE token_hash = $1 RETURNING expires_at > clock_timestamp()",
      [.bytes(hash(token))]
    ) { row in try row.bool() } ?? false
  }

  /// Deletes sessions that are over, and networks nobody has come from for long.
  static func sweep(_ connection: inout PostgresConnection) throws {
    try connection.run(
      """
      DELETE FROM sluice.sessions WHERE token_hash IN (
        SELECT token_hash FROM sluice.sessions WHERE expires_at < clock_timestamp()
        LIMIT 100 FOR UPDATE SKIP LOCKED)
      """)
    try connection.run(
      """
      DELETE FROM sluice.known_sources WHERE (user_id, source) IN (
        SELECT user_id, source FROM sluice.known_sources
        WHERE seen_at < clock_timestamp() - interval '90 days' LIMIT 100 FOR UPDATE SKIP LOCKED)
      """)
  }

  /// What a token is stored as, so that who reads the table cannot use it.
  static func hash(_ token: String) -> [UInt8] { Digest.sha256(Array(token.utf8)) }
}
