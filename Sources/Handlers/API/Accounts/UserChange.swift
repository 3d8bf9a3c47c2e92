internal import JSON
package import LambdaRuntime

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
