internal import Passwords
internal import Postgres
internal import System

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

  /// A user who can log in.
  struct Candidate {
    let id: Int
    let role: String
    let hash: PasswordHash
    /// Whether the user has logged in from the network in the last 90 days.
    let isKnownHere: Bool
  }

  /// Finds a user by name, unless disabled.
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

/// The rules for names and passwords of users.
package enum Account {
  /// Only lower case, so that no two names look alike.
  static let namePattern = "^[a-z0-9][a-z0-9._@-]{0,63}$"
  /// In code points, as JSON Schema counts characters.
  static let passwordLength = 12...128

  static let nameSchema = Schema.string(pattern: namePattern)
  static let passwordSchema = Schema.string(
    format: "password", shortest: passwordLength.lowerBound, longest: passwordLength.upperBound)
  static let roleSchema = Schema.choice(Role.allCases.map(\.rawValue))

  /// Says why a text is not a valid name; nil when it is.
  package static func faultOfName(_ name: String) -> String? {
    let bytes = Array(name.utf8)
    let isName =
      (1...64).contains(bytes.count) && !"._@-".utf8.contains(bytes[0])
      && bytes.allSatisfy { byte in
        byte.isASCIIDigit || (0x61...0x7A).contains(byte) || "._@-".utf8.contains(byte)
      }
    return isName
      ? nil
      : "a name has 1 to 64 characters: lower-case letters of ASCII and digits, and, but for the "
        + "first, . _ @ -"
  }

  /// Says, without quoting it, why a text is not a valid password; nil when it is.
  package static func faultOfPassword(_ password: String) -> String? {
    passwordLength.contains(password.unicodeScalars.count)
      ? nil
      : "a password has \(passwordLength.lowerBound) to \(passwordLength.upperBound) characters"
  }
}

/// The name and the password of a body; printing or dumping it does not show the password.
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
