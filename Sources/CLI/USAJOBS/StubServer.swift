/// `sluice usajobs-stub`: the stub alone, for tests and for trying searches.
package struct StubCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "usajobs-stub", summary: "Simulates the USAJOBS Search API on this machine.",
    options: [
      OptionSpec("--port", "PORT", "0 picks a free one (default)"),
      OptionSpec("--postings", "N", "how many there are (default 120)"),
      OptionSpec("--locations", "N", "locations of a posting (default 40)"),
      OptionSpec("--seed", "N", "the same seed gives the same postings"),
      OptionSpec("--latency-ms", "N", "added to every response (default 0)"),
    ],
    details: """
      The first line of standard output is the address for USAJOBS_ENDPOINT. All postings are
      invented; together they show every known way in which the service has written one.
      POST /stub/change {"changed":2,"dropped":1,"added":3} changes them.
      POST /stub/fault {"kind":KIND,"times":N} makes the next N responses faulty, where KIND is status
      (with status, retryAfter), html, truncated, empty, slow (milliseconds), hang, close (after),
      oneBad (breakage), duplicate or shrink; DELETE /stub/fault cancels it. GET /stub/log returns the
      requests received, without keys.
      """)

  package var options: StubOptions

  package init(_ options: StubOptions = StubOptions()) { self.options = options }

  package init(_ line: CommandLineReader) throws(CommandError) {
    var options = StubOptions()
    options.port = try line.port(default: options.port)
    options.postings = try line.number("--postings", default: options.postings, in: 0...100_000)
    options.locations = try line.number("--locations", default: options.locations, in: 1...2000)
    options.seed = try line.seed(default: options.seed)
    options.latencyMilliseconds = try line.number("--latency-ms", default: 0, in: 0...600_000)
    self.init(options)
  }

  package func run() throws(CommandError) -> Int32 {
    let signals = try StopSignals()
    let server = try StubServer(options)
    Console.print(server.endpoint)
    Console.note("USAJOBS stub with \(options.postings) postings; stop it with Ctrl-C.")
    _ = signals.requested.wait()
    return 0
  }
}

/// What the stub of the USAJOBS Search API serves, and how fast.
package struct StubOptions: Sendable, Equatable {
  /// 0 takes a free one.
  package var port: UInt16 = 0
  package var postings = 120
  /// How many places most postings list.
  package var locations = 40
  package var seed: UInt64 = 1
  package var latencyMilliseconds = 0
  /// The day the stub takes for today: postings were published before it and close after it.
  package var today = StubDay.firstOfThisMonth

  package init() {}
}

/// The stub behind its port.
package final class StubServer {
  private let stub: USAJOBSStub
  private let server: HTTPServer

  package init(_ options: StubOptions) throws(CommandError) {
    let stub = try USAJOBSStub(options)
    let server = try HTTPServer(port: options.port, bodyLimit: 64 << 10) { stub.answer($0) }
    self.stub = stub
    self.server = server
  }

  // Answers that hang are ended before the server waits for them.
  deinit { stub.stop() }

  /// For example `http://127.0.0.1:40123`.
  package var address: String { "http://127.0.0.1:\(server.port)" }
  /// What `USAJOBS_ENDPOINT` is to hold.
  package var endpoint: String { address + Self.searchPath }

  static let searchPath = "/api/search"
}
