import Glibc

/// `sluice local`: the stack, until Ctrl-C or for one command.
package struct LocalCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "local", allowsRest: true, summary: "Runs the whole service on this machine.",
    options: [
      .directory,
      OptionSpec("--port", "PORT", "the HTTP API's port (default 8080)"),
      .bootstrap,
      OptionSpec("--every", "TIME", "ingest postings this often: 30s, 15m, 6h, 1d"),
      OptionSpec("--once", "COMMAND…", "run a command in the stack, then stop", takesRest: true),
    ],
    details: """
      Starts a private PostgreSQL, S3 and SQS (simulated by moto), the handlers, and an HTTP server on
      127.0.0.1. Objects uploaded under uploads/ in the bucket sluice-uploads are loaded. Every HTTP
      request except Lambda's Invoke path goes to the handler api. Postings come from a stub that
      invents them, unless USAJOBS_API_KEY or USAJOBS_ENDPOINT is set; they are ingested on request,
      or on the schedule that --every sets. PostgreSQL keeps its data in the stack's directory; S3,
      SQS and the stub start afresh each time. Ctrl-C stops everything. A handler restarts when it
      exits or its program is rebuilt.
      """)

  package var stack: StackOptions
  package var once: [String]?

  package init(_ stack: StackOptions = StackOptions(), once: [String]? = nil) {
    (self.stack, self.once) = (stack, once)
  }

  package init(_ line: CommandLineReader) throws(CommandError) {
    if let rest = line.rest, rest.isEmpty { throw line.misuse("--once needs a command to run") }
    self.init(try StackOptions(line), once: line.rest)
    stack.ingestInterval = try line.duration("--every")
  }

  package func run() throws(CommandError) -> Int32 {
    let signals = try StopSignals()
    let stack = try LocalStack(stack)
    defer { stack.stop() }
    if let once { return try signals.run(once, variables: stack.state.variables) }
    Console.print(stack.summary)
    Console.print("Upload with sluice upload FILE…; stop with Ctrl-C.")
    _ = signals.requested.wait()
    Console.note("stopping")
    return 0
  }
}

/// `sluice services`: the servers without the handlers, for one command.
package struct ServicesCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "services", operands: "-- COMMAND…", operandCount: 0...Int.max, allowsRest: true,
    summary: "Runs a command with a fresh PostgreSQL, S3 and SQS, and exits with its status.",
    details: """
      The command finds them through TEST_DATABASE_URL, TEST_AWS_ENDPOINT_URL, AWS_ENDPOINT_URL,
      AWS_REGION and dummy AWS keys. Nothing is kept. Example: sluice services -- swift test
      """)

  package var command: [String]

  package init(_ command: [String]) { self.command = command }

  package init(_ line: CommandLineReader) throws(CommandError) {
    // Without -- the operands are the command, as long as it has no options.
    self.init(line.operands + (line.rest ?? []))
    guard !command.isEmpty else { throw line.misuse("sluice services needs a command to run") }
  }

  package func run() throws(CommandError) -> Int32 {
    let signals = try StopSignals()
    let toolbox = Toolbox()
    // A command that does not exist is reported before servers start.
    _ = try toolbox.program(command[0])
    let directory = try StackDirectory.temporary()
    defer { Files.removeTree(directory) }
    let services = try LocalServices(
      data: "\(directory)/data", socketDirectory: "\(directory)/socket", isTemporary: true,
      toolbox: toolbox)
    defer { services.stop() }
    var variables = LocalAWS.variables(endpoint: services.moto.endpoint)
    variables["TEST_DATABASE_URL"] = services.postgres.url
    variables["TEST_AWS_ENDPOINT_URL"] = services.moto.endpoint
    return try signals.run(command, variables: variables)
  }
}

extension StopSignals {
  /// Runs the user's command with our terminal and returns what a shell would.
  fileprivate func run(
    _ command: [String], variables: [String: String]
  ) throws(CommandError) -> Int32 {
    let toolbox = Toolbox()
    var child = try ChildProcess(
      ChildCommand(
        try toolbox.program(command[0]), Array(command.dropFirst()),
        environment: toolbox.variables.merging(variables) { $1 }, deathSignal: SIGTERM))
    if case .exited(let status) = child.wait(orUntil: requested) { return status.shellStatus }
    return child.stop(with: SIGTERM, grace: .seconds(10)).shellStatus
  }
}
