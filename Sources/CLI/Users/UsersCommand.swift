internal import API
import LambdaRuntime

/// `sluice users`: who may call the API.
enum UsersCommand {
  static func run(_ request: UsersRequest) throws(CommandError) -> Int32 {
    let variables = try DatabaseChoice.variables(
      naming: request.database, directory: request.directory)
    var password = ""
    switch request.action {
    case .add(let name, _), .password(let name):
      if let fault = UserAdministration.fault(inName: name) { throw CommandError(fault) }
      password = try PasswordPrompt.read(for: name)
      // Before a connection is made for nothing.
      if let fault = UserAdministration.fault(inPassword: password) { throw CommandError(fault) }
    case .list, .disable, .enable: break
    }
    do {
      var users = try UserAdministration(variables: EnvironmentVariables(variables))
      try perform(request.action, password, &users)
      return 0
    } catch {
      throw CommandError(
        (error as? any FunctionError)?.message ?? "\(error)",
        advice: error is SettingError
          ? "Name the database with --database or DATABASE_URL, or start a stack with sluice local."
          : "")
    }
  }

  private static func perform(
    _ action: UsersRequest.Action, _ password: String, _ users: inout UserAdministration
  ) throws {
    switch action {
    case .add(let name, let role):
      try users.add(name, role: role, password: password)
      Console.print("\(name) is a user with the role \(role).")
    case .password(let name):
      try users.setPassword(of: name, to: password)
      Console.print("\(name) has another password; all sessions are over.")
    case .disable(let name):
      try users.disable(name)
      Console.print("\(name) is disabled; all sessions are over.")
    case .enable(let name):
      try users.enable(name)
      Console.print("\(name) may log in again.")
    case .list:
      let rows = try users.list().map { user in
        [user.name, user.role, user.createdAt, user.disabledAt, String(user.sessions)]
      }
      Console.print(
        TextTable(columns: ["name", "role", "created", "disabled", "sessions"], rows: rows)
          .text(limit: .max))
    }
  }
}
