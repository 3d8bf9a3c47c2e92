import API
import CProcess
import Glibc
import LambdaRuntime

/// `sluice users`: who can call the API.
package struct UsersCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "users", operands: "add|list|disable|enable|password [NAME]", operandCount: 1...2,
    summary: "Manages API users and their roles.",
    options: [
      OptionSpec("--role", "ROLE", "for add: reader (default), writer or admin"),
      .database, .directory,
    ],
    details: """
      add and password read the password from the first line of standard input; on a terminal, they
      prompt for it twice without showing it. It has 12 to 128 characters. Disabling a user or
      changing the password ends all sessions of that user. Uses the database of the stack that runs
      in the stack's directory, otherwise the one that DATABASE_URL or the PG variables name. Example:
      sluice users add ada --role admin
      """)

  package enum Action: Sendable, Equatable {
    case add(String, role: String)
    case list
    case disable(String)
    case enable(String)
    case password(String)
  }

  package var action: Action
  package var database = DatabaseChoice()

  package init(_ action: Action) { self.action = action }

  package init(_ line: CommandLineReader) throws(CommandError) {
    action = try Self.action(line)
    database = DatabaseChoice(line)
  }

  private static func action(_ line: CommandLineReader) throws(CommandError) -> Action {
    let (name, role) = (line.operands[0], line.text("--role"))
    if role != nil, name != "add" { throw line.misuse("--role goes with sluice users add") }
    if name == "list" {
      try line.expectOperands(1...1)
      return .list
    }
    guard ["add", "disable", "enable", "password"].contains(name) else {
      throw line.misuse("sluice users does not know \(name)")
    }
    guard line.operands.count > 1 else { throw line.misuse("sluice users \(name) needs a NAME") }
    let user = line.operands[1]
    switch name {
    case "add":
      let role = role ?? "reader"
      let roles = UserAdministration.roles
      guard roles.contains(role) else {
        throw line.misuse("--role takes \(roles.joined(separator: ", ")), not \(role)")
      }
      return .add(user, role: role)
    case "disable": return .disable(user)
    case "enable": return .enable(user)
    default: return .password(user)
    }
  }

  package func run() throws(CommandError) -> Int32 {
    let variables = try database.variables()
    var password = ""
    switch action {
    case .add(let name, _), .password(let name):
      if let fault = Account.faultOfName(name) { throw CommandError(fault) }
      password = try PasswordPrompt.read(for: name)
      // Before a connection is made for nothing.
      if let fault = Account.faultOfPassword(password) { throw CommandError(fault) }
    case .list, .disable, .enable: break
    }
    do {
      var users = try UserAdministration(variables: EnvironmentVariables(variables))
      try perform(password, &users)
      return 0
    } catch {
      throw DatabaseChoice.failure(error)
    }
  }

  private func perform(_ password: String, _ users: inout UserAdministration) throws {
    switch action {
    case .add(let name, let role):
      try users.add(name, role: role, password: password)
      Console.print("\(name) is a user with the role \(role).")
    case .password(let name):
      try users.setPassword(of: name, to: password)
      Console.print("\(name) has a new password; all of their sessions have ended.")
    case .disable(let name):
      try users.disable(name)
      Console.print("\(name) is disabled; all of their sessions have ended.")
    case .enable(let name):
      try users.enable(name)
      Console.print("\(name) can log in again.")
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

/// Asks for a password on standard input.
///
/// On a terminal it is not shown and asked for twice; else it is the first line, so that scripts can
/// give it without it standing in a command line.
enum PasswordPrompt {
  static func read(for name: String) throws(CommandError) -> String {
    guard isatty(STDIN_FILENO) == 1 else { return try line(nil) }
    let signals = try StopSignals()
    guard cprocess_set_echo(STDIN_FILENO, 0) == 0 else { throw .system("hide what is typed") }
    defer { _ = cprocess_set_echo(STDIN_FILENO, 1) }
    let password = try ask("Password of \(name): ", signals)
    guard try ask("Repeat the password: ", signals) == password else {
      throw CommandError("the two passwords differ", advice: "Nothing was changed.")
    }
    return password
  }

  private static func ask(
    _ question: String, _ signals: StopSignals
  ) throws(CommandError) -> String {
    Console.write(Array(question.utf8), to: STDERR_FILENO)
    defer { Console.write([UInt8(ascii: "\n")], to: STDERR_FILENO) }
    return try line(signals.requested)
  }

  /// Reads up to the end of the line, byte by byte: what follows belongs to others.
  private static func line(_ stop: Wakeup?) throws(CommandError) -> String {
    var bytes: [UInt8] = []
    while bytes.count < 4096 {
      if let stop, waitForAny([.input(STDIN_FILENO), .input(stop.descriptor)]).contains(1) {
        throw CommandError("interrupted; nothing was changed", status: 130)
      }
      var byte: UInt8 = 0
      let count = unsafe Glibc.read(STDIN_FILENO, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count > 0, byte != UInt8(ascii: "\n") else { break }
      bytes.append(byte)
    }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError("the password is not valid UTF-8")
    }
    return text
  }
}
