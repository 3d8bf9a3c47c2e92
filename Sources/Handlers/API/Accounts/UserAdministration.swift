internal import JSON
internal import JobIngest
package import LambdaRuntime
internal import Passwords
internal import Postgres
internal import Tables

/// What an administrator does to users from a terminal; nothing of it can be done over HTTP.
package struct UserAdministration: ~Copyable {
  /// A user as a list shows it.
  package struct User: Sendable {
    package let name: String
    package let role: String
    package let createdAt: String
    /// When the user was disabled; empty while it is not.
    package let disabledAt: String
    /// How many sessions count now.
    package let sessions: Int
  }

  /// Why something could not be done, for whoever asked for it.
  package struct Refusal: Error, CustomStringConvertible {
    package let description: String
  }

  private var database: Database
  private let context: InvocationContext

  /// The names of the roles, the lowest first.
  package static var roles: [String] { Role.allCases.map(\.rawValue) }

  /// Makes it of the variables that name the database, whose tables it makes where they are missing.
  package init(variables: EnvironmentVariables) throws {
    database = try Database(
      variables: variables, package: nil, migrations: [.jobIngest, .api, .accounts, .loadReports])
    context = InvocationContext(requestID: "users", deadline: .after(.seconds(60)))
  }

  /// Says why a name cannot be a user's, or nothing when it can.
  package static func fault(inName name: String) -> String? { Account.faultOfName(name) }

  /// Says why a text cannot be a password, or nothing when it can.
  package static func fault(inPassword password: String) -> String? {
    Account.faultOfPassword(password)
  }

  /// Adds a user.
  package mutating func add(_ name: String, role: String, password: String) throws {
    guard let role = Role(rawValue: role) else {
      throw Refusal(
        description: "\(role) is no role; expected \(Self.roles.joined(separator: ", "))")
    }
    let hash = try Self.hash(name, password)
    let isNew = try database.write(context: context) { connection in
      try Users.add(name, role: role, hash, &connection)
    }
    guard isNew else { throw Refusal(description: "there is a user \(name) already") }
  }

  /// Gives a user another password and ends the user's sessions.
  package mutating func setPassword(of name: String, to password: String) throws {
    let hash = try Self.hash(name, password)
    try change(
      name, "UPDATE sluice.users SET password_hash = $2 WHERE name = $1", [.text(hash.text)],
      endsSessions: true)
  }

  /// Lets a user in no more, and ends the user's sessions.
  package mutating func disable(_ name: String) throws {
    try change(
      name,
      """
      UPDATE sluice.users SET disabled_at = coalesce(disabled_at, clock_timestamp())
      WHERE name = $1
      """, [], endsSessions: true)
  }

  /// Lets a user in again.
  package mutating func enable(_ name: String) throws {
    try change(
      name, "UPDATE sluice.users SET disabled_at = NULL WHERE name = $1", [], endsSessions: false)
  }

  /// Lists the users by name.
  package mutating func list() throws -> [User] {
    try database.read(context: context) { connection in
      try connection.rows(
        """
        SELECT name, role, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),
          coalesce(to_char(disabled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), ''),
          (SELECT count(*) FROM sluice.sessions
            WHERE user_id = id AND expires_at > clock_timestamp())
        FROM sluice.users ORDER BY name
        """
      ) { row in
        User(
          name: try row.text(), role: try row.text(), createdAt: try row.text(),
          disabledAt: try row.text(), sessions: try row.int())
      }
    }
  }

  private mutating func change(
    _ name: String, _ statement: String, _ parameters: [PostgresValue], endsSessions: Bool
  ) throws {
    let isKnown = try database.write(context: context) { connection in
      try connection.transaction { connection in
        let isKnown = try connection.run(statement, [.text(name)] + parameters) > 0
        if endsSessions {
          try connection.run(
            """
            DELETE FROM sluice.sessions
            WHERE user_id = (SELECT id FROM sluice.users WHERE name = $1)
            """, [.text(name)])
        }
        return isKnown
      }
    }
    guard isKnown else { throw Refusal(description: "there is no user \(name)") }
  }

  private static func hash(_ name: String, _ password: String) throws -> PasswordHash {
    for fault in [Account.faultOfName(name), Account.faultOfPassword(password)] {
      if let fault { throw Refusal(description: fault) }
    }
    return try PasswordHash(of: password)
  }
}

/// A change of users that the function `api` is invoked with directly, for databases that no
/// terminal reaches.
///
/// Only who may invoke the function by IAM can send it: what comes through an HTTP API or a Function
/// URL stands inside an event that these make. Neither printing nor dumping one shows the password.
public struct UserChange: Decodable, Sendable, CustomStringConvertible, CustomReflectable {
  enum Keys: String, CodingKey {
    case users, name, role, password, requestContext
  }

  private let action: String
  private let name: String
  private let role: String?
  private let password: String?

  /// Reads a change such as `{"users": "add", "name": "ada", "role": "admin", "password": "…"}`.
  public init(from decoder: any Decoder) throws {
    let event = try decoder.container(keyedBy: Keys.self)
    action = try event.decode(String.self, forKey: .users)
    name = try event.decodeIfPresent(String.self, forKey: .name) ?? ""
    role = try event.decodeIfPresent(String.self, forKey: .role)
    password = try event.decodeIfPresent(String.self, forKey: .password)
  }

  /// The action and the name.
  public var description: String { "UserChange(\(action) \(name))" }
  /// The action and the name.
  public var customMirror: Mirror { Mirror(self, children: ["action": action, "name": name]) }

  /// Makes the change and answers what was done, as JSON text.
  package func run(variables: EnvironmentVariables) throws -> [UInt8] {
    guard ["add", "password", "disable", "enable"].contains(action) else {
      throw InvalidEvent("users is \"add\", \"password\", \"disable\" or \"enable\"")
    }
    var users = try UserAdministration(variables: variables)
    switch action {
    case "add": try users.add(name, role: role ?? Role.reader.rawValue, password: password ?? "")
    case "password": try users.setPassword(of: name, to: password ?? "")
    case "disable": try users.disable(name)
    default: try users.enable(name)
    }
    var json = JSONWriter()
    json.beginObject()
    json.member("users", action)
    json.member("name", name)
    json.endObject()
    return json.bytes
  }
}

extension UserAdministration.Refusal: FunctionError {
  package var errorType: String { "UserRefused" }
  package var message: String { description }
}
