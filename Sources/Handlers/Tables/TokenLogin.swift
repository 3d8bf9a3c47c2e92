internal import AWS
internal import LambdaRuntime
internal import Postgres

/// A login by IAM: each new connection uses its own token as the password.
final class TokenLogin {
  private let host: String
  private let port: Int
  private let user: String
  private let variables: EnvironmentVariables
  private var signer: RDSTokenSigner

  init(_ variables: EnvironmentVariables) throws(SettingError) {
    let settings = try DatabaseLogin.read(variables, PostgresLogin(needsTLS: true))
    try DatabaseLogin.refusePassword(settings, beside: "DATABASE_IAM_AUTH")
    guard let host = settings["host"], !host.isEmpty, host.first != "/", host.first != "@",
      !host.contains(",")
    else {
      throw SettingError(
        variable: "DATABASE_URL",
        expected: "(or PGHOST) the name of one host, which the token of DATABASE_IAM_AUTH is for")
    }
    guard let user = settings["user"] else {
      throw SettingError(
        variable: "DATABASE_URL",
        expected: "(or PGUSER) the user whom DATABASE_IAM_AUTH makes a token for")
    }
    guard let port = Int(settings["port"] ?? "5432") else {
      throw SettingError(variable: "DATABASE_URL", expected: "(or PGPORT) one port")
    }
    signer = try variables.client { (lookup) throws(AWSError) in try RDSTokenSigner(lookup: lookup)
    }
    (self.host, self.port, self.user, self.variables) = (host, port, user, variables)
  }

  /// Returns the settings to connect with; nothing beats a new token, so a rejected login is final.
  func settings(
    after refusal: PostgresError?, _ timeout: Duration
  ) throws(PostgresError) -> PostgresSettings {
    if let refusal { throw refusal }
    let token: String
    do throws(AWSError) {
      token = try signer.token(host: host, port: port, user: user, timeout: timeout)
    } catch {
      throw PostgresError(
        .setting, "the token for DATABASE_IAM_AUTH could not be made: \(error)")
    }
    return try PostgresSettings(
      lookup: { self.variables[$0] },
      login: PostgresLogin(user: user, password: token, needsTLS: true))
  }
}
