package import AWS
package import LambdaRuntime
internal import Postgres

/// The source of a worker's database login: the variables alone, a secret, or IAM.
struct DatabaseLogin {
  /// Returns the settings of each new connection.
  let settings: PostgresSession.SettingsSource
  /// What to check if the server rejects the login.
  let advice: String

  /// Determines the source; an invalid setting is an init error.
  init(_ variables: EnvironmentVariables) throws(SettingError) {
    let usesIAM: Bool
    switch variables["DATABASE_IAM_AUTH"] {
    case nil, "0": usesIAM = false
    case "1": usesIAM = true
    default:
      throw SettingError(
        variable: "DATABASE_IAM_AUTH", expected: "1 to log in by IAM, or 0, or nothing")
    }
    switch (variables["DATABASE_SECRET_ARN"], usesIAM) {
    case (.some, true):
      throw SettingError(
        variable: "DATABASE_IAM_AUTH",
        expected: "0 or nothing, since DATABASE_SECRET_ARN is set: there is one way to log in")
    case (let secret?, false):
      let login = try SecretLogin(secret, variables)
      settings = { refusal, timeout in try login.settings(after: refusal, timeout) }
      advice = "look at the secret that DATABASE_SECRET_ARN names"
    case (nil, true):
      let login = try TokenLogin(variables)
      settings = { refusal, timeout in try login.settings(after: refusal, timeout) }
      advice =
        "look at rds-db:connect of the function's role, rds_iam of the database's user, and at "
        + "DATABASE_IAM_AUTH"
    case (nil, false):
      let plain = try Self.read(variables, nil)
      settings = { refusal, _ in
        if let refusal { throw refusal }
        return plain
      }
      advice = "look at the user and the password in DATABASE_URL or PGUSER and PGPASSWORD"
    }
  }

  /// Reads the address of the database.
  static func read(
    _ variables: EnvironmentVariables, _ login: PostgresLogin?
  ) throws(SettingError) -> PostgresSettings {
    do {
      return try PostgresSettings(lookup: { variables[$0] }, login: login)
    } catch {
      throw SettingError(
        variable: "DATABASE_URL", expected: "the address of the database (\(error.message))")
    }
  }

  /// Rejects a password next to another login method, because it would be unclear which one counts.
  static func refusePassword(
    _ settings: PostgresSettings, beside variable: String
  ) throws(SettingError) {
    guard settings["password"] == nil else {
      throw SettingError(
        variable: "DATABASE_URL",
        expected: "no password (nor may PGPASSWORD), since \(variable) is set")
    }
  }

  /// Adds advice to the error of a rejected login.
  func explained(_ error: PostgresError) -> PostgresError {
    guard error.isLoginRefused, error.code == .connection else { return error }
    var error = error
    error.message += " (\(advice))"
    return error
  }
}

extension SettingError {
  /// Makes an init error from what a client of AWS says about its settings.
  package init(_ error: AWSError) {
    let variable =
      switch error.code {
      case "MissingRegion", "BadRegion": "AWS_REGION"
      case "BadCABundle": "CA_BUNDLE"
      default: "AWS_ENDPOINT_URL"
      }
    self.init(variable: variable, expected: "a usable value (\(error.message))")
  }
}

extension EnvironmentVariables {
  /// Makes a client of AWS from these variables; a setting that it rejects is an init error.
  package func client<Client: ~Copyable>(
    _ make: (@escaping @Sendable (String) -> String?) throws(AWSError) -> Client
  ) throws(SettingError) -> Client {
    do { return try make { self[$0] } } catch { throw SettingError(error) }
  }
}
