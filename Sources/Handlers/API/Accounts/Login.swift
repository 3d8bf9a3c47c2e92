internal import AWS
internal import LambdaEvents
internal import Passwords
internal import Postgres

/// One attempt to log in.
///
/// The password is checked between two transactions, so that no lock is held while it is hashed; the
/// first transaction counts the attempt.
struct Login {
  let name: String
  let password: String
  let source: String

  init(_ call: APICall) throws {
    let body = try NameAndPassword(call)
    (name, password) = (body.name, body.password)
    source = call.request.sourceNetwork
  }

  /// The session that a login begins.
  struct Session {
    let token: String
    let role: String
    let expiresAt: String
  }

  func run(_ call: APICall, _ services: inout APIServices) throws -> Session {
    let user = try services.write(call) { connection in
      let user = try Users.candidate(name, source: source, &connection)
      try AttemptLimit.take(limits(of: user), &connection)
      try AttemptLimit.sweep(&connection)
      return user
    }
    // Unknown users take the same time.
    let isRight = try (user?.hash ?? .ofNobody).matches(password)
    guard isRight, let user else { throw Self.refusal }
    let newHash = user.hash.isOutdated ? try PasswordHash(of: password) : nil
    let token = try SecretToken.make()
    let hours = services.settings.sessionHours
    let expiry = try services.write(call) { connection in
      let expiry = try Sessions.begin(user, token: token, hours: hours, &connection)
      guard expiry != nil else { return String?.none }
      if let newHash {
        try connection.run(
          "UPDATE sluice.users SET password_hash = $2 WHERE id = $1",
          [.integer(user.id), .text(newHash.text)])
      }
      for limit in limits(of: user) { try limit.giveBack(&connection) }
      try connection.run(
        """
        INSERT INTO sluice.known_sources (user_id, source)
        VALUES ($1, sha256(convert_to($2, 'UTF8')))
        ON CONFLICT (user_id, source) DO UPDATE SET seen_at = clock_timestamp()
        """, [.integer(user.id), .text(source)])
      try Sessions.sweep(&connection)
      return expiry
    }
    guard let expiry else { throw Self.refusal }
    return Session(token: token, role: user.role, expiresAt: expiry)
  }

  /// Attempts from elsewhere do not use up the attempts from the user's own networks.
  private func limits(of user: Users.Candidate?) -> [AttemptLimit] {
    if user?.isKnownHere == true { return [.name(name, at: source)] }
    return [.source(source), .name(name)]
  }

  /// The same for an unknown name, a wrong password and a disabled user.
  private static var refusal: Problem {
    Problem(
      .unauthorized, "The name or the password is wrong.",
      headers: [("www-authenticate", "Bearer")])
  }
}

/// Statements on the table of sessions.
enum Sessions {
  /// Begins a session, unless the user has been disabled or has another password meanwhile.
  ///
  /// It locks the user's row, so that disabling the user ends this session too.
  ///
  /// - Returns: The time it ends, in the form of RFC 3339.
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
  /// - Returns: Whether it was still valid.
  static func end(_ token: String, _ connection: inout PostgresConnection) throws -> Bool {
    try connection.rowIfPresent(
      "DELETE FROM sluice.sessions WHERE token_hash = $1 RETURNING expires_at > clock_timestamp()",
      [.bytes(hash(token))]
    ) { row in try row.bool() } ?? false
  }

  /// Deletes sessions that have ended, and networks without a login for 90 days.
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

  /// The stored form of a token, so that reading the table gives no access.
  static func hash(_ token: String) -> [UInt8] { Digest.sha256(Array(token.utf8)) }
}
