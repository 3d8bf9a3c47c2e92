/// The database that a command works on.
enum DatabaseChoice {
  /// The user's variables, those of the stack that runs in a directory, and the database named.
  static func variables(
    naming database: String?, directory: String
  ) throws(CommandError) -> [String: String] {
    var variables = ProcessEnvironment.all
    if let state = try StackState.running(in: directory) {
      variables.merge(state.variables) { $1 }
      // The stack's database is open to whoever can reach its socket.
      for login in ["DATABASE_SECRET_ARN", "DATABASE_IAM_AUTH"] { variables[login] = nil }
      if database == nil { Console.note(note(on: directory)) }
    }
    if let database { variables["DATABASE_URL"] = database }
    return variables
  }

  private static func note(on directory: String) -> String {
    let note = "into the database of the stack in \(directory)"
    guard ProcessEnvironment.all["DATABASE_URL"] != nil else { return note }
    return note + ", not that of DATABASE_URL; --database names another"
  }
}
