import CLI
import JSON
import LambdaEvents
import TestSupport
import Testing

@Suite struct `Ingestion from a terminal` {
  static let answer = """
    {"run":7,"status":"partial","found":12,"inserted":3,"updated":0,"unchanged":8,"closed":1,
     "rejected":1,"skipped":0,"duplicates":2,"truncated":true,"searches":[
      {"search":"a","run":7,"status":"complete","found":10,"inserted":3,"updated":0,"unchanged":7,
       "closed":1,"rejected":0,"skipped":0,"duplicates":2,"truncated":false},
      {"search":"b","run":8,"status":"partial","found":2,"inserted":0,"updated":0,"unchanged":1,
       "closed":0,"rejected":1,"skipped":0,"duplicates":0,"truncated":true,"reason":"no time"}]}
    """

  static func summary(_ text: String) throws -> IngestSummary {
    IngestSummary(try JSON.decode(JSONValue.self, from: Array(text.utf8)))
  }

  @Test func `an answer becomes a table of its searches`() throws {
    let summary = try Self.summary(Self.answer)
    let rows = summary.table.split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(
      rows[0] == [
        "search", "status", "found", "inserted", "updated", "unchanged", "rejected", "duplicates",
        "closed",
      ])
    #expect(rows[2] == ["a", "complete", "10", "3", "0", "7", "0", "2", "1"])
    #expect(rows[3] == ["b", "partial", "2", "0", "0", "1", "1", "0", "0"])
    #expect(summary.remarks == ["b: no time"])
    #expect(
      summary.all.line == "12 found = 3 inserted + 8 unchanged + 1 rejected; 2 duplicates; 1 closed"
    )
  }

  @Test(
    arguments: [
      ("complete", 0), ("partial", 1), ("failed", 1), ("already-running", 3), ("other", 1),
    ] as [(String, Int32)])
  func `the exit status tells how it ended`(status: String, exit: Int32) throws {
    #expect(try Self.summary(#"{"status":"\#(status)"}"#).exitStatus == exit)
  }

  @Test(arguments: ["{}", "[]", "null", #"{"searches":7,"found":"x"}"#])
  func `an answer of another shape is shown as far as it goes`(text: String) throws {
    let summary = try Self.summary(text)
    #expect(summary.searches.isEmpty)
    #expect(summary.all.line == "0 found = 0")
    #expect(summary.exitStatus == 1)
  }

  @Test func `parameters become an event, those given twice as a list`() throws {
    let arguments = [
      "ingest", "keyword=data \"x\"", "organizations=TR", "remote=true", "organizations=NV",
    ]
    guard case .run(let command as IngestCommand) = try Command(arguments) else {
      Issue.record("no command")
      return
    }
    #expect(
      String(decoding: command.event, as: UTF8.self)
        == #"{"keyword":"data \"x\"","organizations":["TR","NV"],"remote":"true"}"#)
  }

  static let choices: [(variables: [String: String], isChosen: Bool)] = [
    ([:], false),
    (["USAJOBS_EMAIL": "a@b"], false),
    (["USAJOBS_API_KEY": "", "USAJOBS_ENDPOINT": ""], false),
    (["USAJOBS_API_KEY": "k"], true),
    (["USAJOBS_ENDPOINT": "http://x/y"], true),
  ]

  @Test(arguments: choices)
  func `a key or an endpoint of the user's keeps the stub away`(
    variables: [String: String], isChosen: Bool
  ) {
    #expect(LocalUSAJOBS.isChosen(in: variables) == isChosen)
  }

  @Test func `the schedule sends the Scheduler's event, at once and again`() throws {
    let queue = try InvocationQueue(timeLimit: .seconds(5))
    let events = `Handler processes`.Lines()
    let handler = try Thread {
      while let (invocation, _) = queue.next() {
        events.add(String(decoding: invocation.event, as: UTF8.self))
        try? queue.settle(
          invocation.requestID,
          with: .response(
            InvocationResponse(contentType: "application/json", body: Array("{}".utf8))))
        if events.all.count == 2 { return }
      }
    }
    let schedule = try IngestSchedule(every: .milliseconds(10), handler: queue, isQuiet: Flag(true))
    _ = consume handler
    queue.close()
    schedule.stop()
    let sample = try JSON.decode(
      JSONValue.self, from: EventFile.bytes("job-ingest.scheduler-string-detail"))
    for text in events.all {
      let event = try JSON.decode(JSONValue.self, from: Array(text.utf8))
      guard case .object(let members) = event, case .object(let expected) = sample else {
        Issue.record("no object")
        continue
      }
      #expect(Set(members.keys) == Set(expected.keys))
      for name in ["version", "detail-type", "source", "resources", "region", "detail"] {
        #expect(members[name] == expected[name], "\(name)")
      }
      let decoded = try JSON.decode(
        ScheduledEvent<[String: String]>.self, from: Array(text.utf8))
      #expect(decoded.input.isEmpty)
    }
    #expect(events.all.count == 2)
  }
}

/// The command itself, with a stub and a database.
@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `The command sluice ingest` {
  /// A stub, a database of its own, and the command between them.
  struct Rig {
    let stub: StubClient
    let database: ScratchDatabase

    func ingest(_ arguments: String...) throws -> (status: Int32, lines: [String]) {
      var variables = ProcessEnvironment.all
      variables["DATABASE_URL"] = database.url
      variables["USAJOBS_API_KEY"] = "canary-key"
      variables["USAJOBS_EMAIL"] = "jo@sluice.example"
      variables["USAJOBS_PAUSE_MS"] = "0"
      let lines = `Handler processes`.Lines()
      let root = `The command sluice`.root
      let endpoint = "http://127.0.0.1:\(stub.port)/api/search"
      // A directory in which no stack runs.
      let options = ["--directory", "/tmp/\(database.name)", "--endpoint", endpoint]
      let status = try ChildCommand(
        "\(root)/.build/debug/sluice", ["ingest"] + options + arguments, environment: variables,
        directory: root, onLine: { lines.add($0) }
      ).run()
      return (status.shellStatus, lines.all)
    }
  }

  static func withRig<R>(_ body: (Rig) throws -> R) throws -> R {
    let database = try ScratchDatabase()
    return try StubClient.with { try body(Rig(stub: $0, database: database)) }
  }

  /// The words of the table's row about a search.
  static func words(_ lines: [String], _ first: String) -> [Substring] {
    lines.first { $0.drop { $0 == " " }.hasPrefix(first + " ") }?.split(separator: " ") ?? []
  }

  @Test func `tells pages as they come and the counts at the end`() throws {
    try Self.withRig { rig in
      let search = "data-engineering-chicago"
      let first = try rig.ingest()
      #expect(first.status == 0, "\(first.lines)")
      #expect(
        first.lines.contains(
          "\(search): page 1, 25 of 26 seen, 25 inserted, 0 updated, 0 unchanged, 0 rejected"))
      #expect(first.lines.contains { $0.hasPrefix("\(search): page 2, 26 of 26 seen") })
      #expect(
        Self.words(first.lines, search).dropFirst() == ["complete", "26", "26", "0", "0", "0"])
      _ = try rig.stub.change(#"{"changed":2,"dropped":1,"added":3}"#)
      let second = try rig.ingest("--search", search)
      #expect(
        Self.words(second.lines, search).dropFirst() == ["complete", "28", "3", "2", "23", "1"])
    }
  }

  @Test func `takes a search of its own, and refuses one that makes no sense`() throws {
    try Self.withRig { rig in
      let (status, lines) = try rig.ingest("--keyword", "nurse", "remote=false")
      #expect(status == 0)
      #expect(lines.contains { $0.contains("Keyword=nurse") && $0.contains("complete") })
      let log = try rig.stub.send("GET", "/stub/log").json
      #expect(log[0]?["query"]?.string?.contains("RemoteIndicator=False") == true)
      let wrong = try rig.ingest("keyward=nurse")
      #expect(wrong.status == 2)
      #expect(wrong.lines.contains { $0.contains("\"keyword\"") })
      #expect(try rig.ingest("--search", "nope").status == 1)
    }
  }

  @Test func `fault 26: a search that runs already is told with status 3`() throws {
    try Self.withRig { rig in
      _ = try rig.ingest()
      // As if another process, here one of the server's own, held the run.
      try rig.database.execute(
        """
        UPDATE sluice.ingest_runs SET status = 'running',
          lease_until = clock_timestamp() + interval '1 hour', (holder_pid, holder_start) = (
            SELECT pid, backend_start FROM pg_stat_activity WHERE backend_type = 'checkpointer')
        """)
      let (status, lines) = try rig.ingest()
      #expect(status == 3)
      #expect(Self.words(lines, "data-engineering-chicago").dropFirst().first == "already-running")
    }
  }

  @Test func `fault 43: a refused key is told, never shown, with status 1`() throws {
    try Self.withRig { rig in
      try rig.stub.fault(#"{"kind":"status","status":401,"times":9}"#)
      let (status, lines) = try rig.ingest()
      #expect(status == 1)
      #expect(lines.contains { $0.contains("USAJOBS_API_KEY") })
      #expect(!lines.contains { $0.contains("canary-key") })
    }
  }
}
