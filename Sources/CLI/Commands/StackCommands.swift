import Glibc

/// `sluice local` and `sluice services`: commands that run servers.
enum StackCommands {
  static func local(
    _ options: StackOptions, once command: [String]?
  ) throws(CommandError) -> Int32 {
    let signals = try StopSignals()
    let stack = try LocalStack(options)
    defer { stack.stop() }
    guard let command else {
      Console.print(stack.summary)
      Console.print("Upload with sluice upload FILE…; stop with Ctrl-C.")
      _ = signals.requested.wait()
      Console.note("stopping")
      return 0
    }
    return try run(command, variables: stack.state.variables, signals)
  }

  static func services(_ command: [String]) throws(CommandError) -> Int32 {
    let signals = try StopSignals()
    let toolbox = Toolbox()
    // A command that does not exist is told before servers start.
    _ = try toolbox.program(command[0])
    let directory = try StackDirectory.temporary()
    defer { Directory.remove(directory) }
    let services = try LocalServices(
      data: "\(directory)/data", socketDirectory: "\(directory)/socket", isTemporary: true,
      toolbox: toolbox)
    defer { services.stop() }
    var variables = LocalAWS.variables(endpoint: services.moto.endpoint)
    variables["TEST_DATABASE_URL"] = services.postgres.url
    variables["TEST_AWS_ENDPOINT_URL"] = services.moto.endpoint
    return try run(command, variables: variables, signals)
  }

  /// Runs the user's command with our terminal and returns what a shell would.
  private static func run(
    _ command: [String], variables: [String: String], _ signals: StopSignals
  ) throws(CommandError) -> Int32 {
    let toolbox = Toolbox()
    var child = try ChildProcess(
      ChildCommand(
        try toolbox.program(command[0]), Array(command.dropFirst()),
        environment: toolbox.variables.merging(variables) { $1 }, deathSignal: SIGTERM))
    if case .exited(let status) = child.wait(orUntil: signals.requested) {
      return status.shellStatus
    }
    return child.stop(with: SIGTERM, grace: .seconds(10)).shellStatus
  }
}
