internal import AWS
internal import JSON
internal import LambdaRuntime
internal import Postgres

/// A login stored in Secrets Manager, in the form that RDS writes.
///
/// It is read for the first connection and kept; it is read again only if the server rejects it, as
/// after a rotation.
final class SecretLogin {
  private let secret: String
  private let variables: EnvironmentVariables
  private var client: SecretsManagerClient
  private var known: PostgresLogin?

  init(_ secret: String, _ variables: EnvironmentVariables) throws(SettingError) {
    let settings = try DatabaseLogin.read(variables, PostgresLogin())
    try DatabaseLogin.refusePassword(settings, beside: "DATABASE_SECRET_ARN")
    client = try variables.client(SecretsManagerClient.init(lookup:))
    self.secret = secret
    self.variables = variables
  }

  /// Returns the settings to connect with; after a rejected login, new ones, or rethrows the error.
  func settings(
    after refusal: PostgresError?, _ timeout: Duration
  ) throws(PostgresError) -> PostgresSettings {
    if refusal == nil, let known { return try settings(known) }
    let fresh: PostgresLogin
    do throws(PostgresError) {
      fresh = try read(timeout)
    } catch {
      guard let refusal else { throw error }
      throw PostgresError(
        error.code, "\(refusal.message); \(error.message)", sqlState: refusal.sqlState)
    }
    if let refusal, fresh == known { throw refusal }
    let settings = try settings(fresh)
    // An unusable login is not kept: someone is about to correct it.
    known = fresh
    return settings
  }

  private func settings(_ login: PostgresLogin) throws(PostgresError) -> PostgresSettings {
    let settings = try PostgresSettings(lookup: { self.variables[$0] }, login: login)
    guard settings["host"] != nil || settings["hostaddr"] != nil else {
      throw PostgresError(
        .setting,
        "neither the secret that DATABASE_SECRET_ARN names nor DATABASE_URL or PGHOST says which "
          + "host the database is on")
    }
    return settings
  }

  private func read(_ timeout: Duration) throws(PostgresError) -> PostgresLogin {
    let text: String
    do throws(AWSError) {
      text = try client.text(of: secret, timeout: timeout)
    } catch {
      let denied = error.code == "AccessDenied" || error.code == "AccessDeniedException"
      throw PostgresError(
        .setting,
        "the secret that DATABASE_SECRET_ARN names could not be read: \(error)"
          + (denied ? "; expected secretsmanager:GetSecretValue for the function's role" : ""))
    }
    let value = try? JSON.decode(JSONValue.self, from: Array(text.utf8))
    guard let value, case .object = value else { throw Self.unusable("no JSON object") }
    guard let user = value["username"]?.string, !user.isEmpty else {
      throw Self.unusable("no username")
    }
    guard let password = value["password"]?.string, !password.isEmpty else {
      throw Self.unusable("no password")
    }
    return PostgresLogin(
      host: Self.text(value["host"]), port: Self.text(value["port"]),
      database: Self.text(value["dbname"]), user: user, password: password)
  }

  /// The text of a member; RDS writes the port as a number, people sometimes as text.
  private static func text(_ value: JSONValue?) -> String? {
    switch value {
    case .string(let text): text.isEmpty ? nil : text
    case .integer(let number): String(number)
    default: nil
    }
  }

  private static func unusable(_ what: String) -> PostgresError {
    PostgresError(
      .setting,
      "the secret that DATABASE_SECRET_ARN names holds \(what); expected an object with username "
        + "and password, and optionally host, port and dbname, as RDS writes it")
  }
}
