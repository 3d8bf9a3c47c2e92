import LambdaRuntime

/// The database that a command works on.
package struct DatabaseChoice: Sendable, Equatable {
  /// The connection string that the user gave.
  package var url: String?
  /// The stack whose database is used otherwise, if it runs.
  package var directory = StackOptions.defaultDirectory

  package init() {}

  init(_ line: CommandLineReader) {
    url = line.text("--database")
    directory = line.directory
  }

  /// The user's variables, those of the stack that runs in the directory, and the database given.
  func variables() throws(CommandError) -> [String: String] {
    var variables = ProcessEnvironment.all
    if let state = try StackState.running(in: directory) {
      // The stack's database is open to anyone who can reach its socket.
      for login in ["DATABASE_SECRET_ARN", "DATABASE_IAM_AUTH"] { variables[login] = nil }
      if url == nil {
        let isOther = variables["DATABASE_URL"] != nil
        Console.note(
          "using the database of the stack in \(directory)"
            + (isOther ? ", not DATABASE_URL; --database selects another" : ""))
      }
      variables.merge(state.variables) { $1 }
    }
    if let url { variables["DATABASE_URL"] = url }
    return variables
  }

  /// A failure of work on the database, with what to do when none is set.
  static func failure(_ error: any Error) -> CommandError {
    CommandError(
      CommandError.message(of: error),
      advice: error is SettingError
        ? "Name the database with --database or DATABASE_URL, or start a stack with sluice local."
        : "")
  }
}
