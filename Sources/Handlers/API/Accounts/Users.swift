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

/// What names and passwords of users have to be.
enum Account {
  /// Lower case only, so that no two names look alike.
  static let namePattern = "^[a-z0-9][a-z0-9._@-]{0,63}$"
  /// In characters, as JSON Schema counts them (code points).
  static let passwordLength = 12...128

  static let nameSchema = Schema.string(pattern: namePattern)
  static let passwordSchema = Schema.string(
    format: "password", shortest: passwordLength.lowerBound, longest: passwordLength.upperBound)
  static let roleSchema = Schema.choice(Role.allCases.map(\.rawValue))

  /// Says why a text is no name, or nothing when it is one.
  static func faultOfName(_ name: String) -> String? {
    let bytes = Array(name.utf8)
    let isName =
      (1...64).contains(bytes.count) && isLetterOrDigit(bytes[0])
      && bytes.allSatisfy { isLetterOrDigit($0) || "._@-".utf8.contains($0) }
    return isName
      ? nil
      : "a name has 1 to 64 characters: lower-case letters of ASCII and digits, and, but for the "
        + "first, . _ @ -"
  }

  /// Says why a text cannot be a password, or nothing when it can; holds nothing of it.
  static func faultOfPassword(_ password: String) -> String? {
    passwordLength.contains(password.unicodeScalars.count)
      ? nil
      : "a password has \(passwordLength.lowerBound) to \(passwordLength.upperBound) characters"
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}

/// A name and a password, as a body has them.
///
/// Neither printing nor dumping one shows the password.
struct NameAndPassword: CustomStringConvertible, CustomReflectable {
  let name: String
  let password: String

  static let schema = Schema.object([
    .required("name", Account.nameSchema), .required("password", Account.passwordSchema),
  ])

  init(_ call: APICall) throws {
    let body = try BodyObject(call, required: ["name", "password"])
    name = try body.text("name", Account.faultOfName) ?? ""
    password = try body.text("password", Account.faultOfPassword) ?? ""
  }

  var description: String { "NameAndPassword(\(name))" }
  var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
