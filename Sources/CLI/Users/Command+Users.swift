internal import API
import Glibc

/// How `sluice users` is read and explained.
extension Command {
  static func users(_ line: CommandLineReader) throws(CommandError) -> UsersRequest {
    try line.expectNoRest()
    guard let action = line.operands.first else {
      throw line.misuse("sluice users needs \(CommandSpec.users.operands)")
    }
    var request = UsersRequest(try self.action(action, line))
    request.database = line.text("--database")
    request.directory = line.text("--directory") ?? request.directory
    return request
  }

  private static func action(
    _ name: String, _ line: CommandLineReader
  ) throws(CommandError) -> UsersRequest.Action {
    let role = line.text("--role")
    if role != nil, name != "add" { throw line.misuse("--role goes with sluice users add") }
    if name == "list" {
      try line.expectOperands(1...1)
      return .list
    }
    guard ["add", "disable", "enable", "password"].contains(name) else {
      throw line.misuse("sluice users does not know \(name)")
    }
    guard line.operands.count > 1 else { throw line.misuse("sluice users \(name) needs a NAME") }
    try line.expectOperands(2...2)
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
}

extension CommandSpec {
  static let users = CommandSpec(
    name: "users", operands: "add|list|disable|enable|password [NAME]",
    summary: "Says who may call the API, and what they may.",
    options: [
      OptionSpec(
        name: "--role", value: "ROLE", help: "of add: reader (the default), writer or admin"),
      OptionSpec(name: "--database", value: "URL", help: "in place of DATABASE_URL"),
      .directory(),
    ],
    details: """
      The password of add and password is the first line of standard input; on a terminal it is
      asked for, twice and without being shown. It has 12 to 128 characters. A user who is disabled,
      or gets another password, is logged out everywhere. In the database of the stack that runs in
      the stack's directory, else in what DATABASE_URL or the PG variables name. Example:
      sluice users add ada --role admin
      """)
}
