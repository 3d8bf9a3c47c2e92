internal import AWS
internal import LambdaEvents
internal import Passwords
internal import Postgres

/// One attempt to log in.
///
/// The password is judged between two transactions, so that no lock is held for the time it takes;
/// the attempt is counted by the first, before that.
struct Login {
  let name: String
  let password: String
  let source: String

  init(_ call: APICall) throws {
    let body = try NameAndPassword(call)
    (name, password) = (body.name, body.password)
    source = SourceNetwork.text(of: call.request)
  }

  /// What a login gives.
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
    // The same work whether there is such a user or not.
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

  /// Whoever tries a user's password from elsewhere takes nothing from the user's own attempts.
  private func limits(of user: Users.Candidate?) -> [AttemptLimit] {
    if user?.isKnownHere == true { return [.name(name, at: source)] }
    return [.source(source), .name(name)]
  }

  /// The same for an unknown name, a wrong password and a user who is disabled.
  private static var refusal: Problem {
    Problem(
      .unauthorized, "The name or the password is wrong.",
      headers: [("www-authenticate", "Bearer")])
  }
}

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
