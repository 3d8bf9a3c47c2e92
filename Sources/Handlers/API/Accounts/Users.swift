internal import Passwords
internal import Postgres

/// Statements on the table of users.
enum Users {
  /// Adds a user.
  ///
  /// - Returns: Whether the name was free.
  static func add(
    _ name: String, role: Role, _ hash: PasswordHash, _ connection: inout PostgresConnection
  ) throws -> Bool {
    try connection.run(
      """
      INSERT INTO sluice.users (name, role, password_hash) VALUES ($1, $2, $3)
      ON CONFLICT (name) DO NOTHING
      """, [.text(name), .text(role.rawValue), .text(hash.text)]) > 0
  }

  /// A user who may log in.
  struct Candidate {
    let id: Int
    let role: String
    let hash: PasswordHash
    /// Whether the user has logged in from the network lately.
    let isKnownHere: Bool
  }

  /// Finds the user of a name, unless disabled.
  static func candidate(
    _ name: String, source: String, _ connection: inout PostgresConnection
  ) throws -> Candidate? {
    try connection.rowIfPresent(
      """
      SELECT id, role, password_hash, EXISTS (SELECT FROM sluice.known_sources
        WHERE user_id = id AND source = sha256(convert_to($2, 'UTF8'))
          AND seen_at > clock_timestamp() - interval '90 days')
      FROM sluice.users WHERE name = $1 AND disabled_at IS NULL
      """, [.text(name), .text(source)]
    ) { row in
      Candidate(
        id: try row.int(), role: try row.text(), hash: PasswordHash(text: try row.text()),
        isKnownHere: try row.bool())
    }
  }
}
