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
