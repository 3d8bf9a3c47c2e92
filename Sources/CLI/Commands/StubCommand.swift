/// `sluice usajobs-stub`: the stub alone, for tests and for trying searches.
enum StubCommand {
  static func run(_ options: StubOptions) throws(CommandError) -> Int32 {
    let signals = try StopSignals()
    let server = try StubServer(options)
    Console.print(server.endpoint)
    Console.note("USAJOBS stub with \(options.postings) postings; stop it with Ctrl-C.")
    _ = signals.requested.wait()
    return 0
  }
}
