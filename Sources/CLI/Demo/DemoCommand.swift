import Glibc
import HTTP
import JSON
import Postgres

/// `sluice demo`: the path of a file, shown with generated files, and of postings, shown with a stub's.
package struct DemoCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "demo", summary: "Demonstrates the service on generated files.",
    options: [
      .directory,
      OptionSpec("--port", "PORT", "the HTTP API's port if the demo starts a stack"),
      .bootstrap,
      OptionSpec("--stay", nil, "keep that stack running until Ctrl-C"),
      OptionSpec("--once", nil, "stop that stack at the end (default)"),
    ],
    details: """
      Uploads departments, jobs, hires and people, prints each load's report and the API's responses,
      then uploads the hires again, which changes nothing. Ingests postings from the stack's stub
      three times, the third time after the stub changed some, and fails unless the counts match.
      Uses the running stack; otherwise starts one, which stops at the end unless you pass --stay.
      """)

  package var stack: StackOptions
  package var stays: Bool

  package init(_ stack: StackOptions = StackOptions(), stays: Bool = false) {
    (self.stack, self.stays) = (stack, stays)
  }

  package init(_ line: CommandLineReader) throws(CommandError) {
    if line.has("--stay"), line.has("--once") {
      throw line.misuse("--stay and --once exclude each other")
    }
    self.init(try StackOptions(line), stays: line.has("--stay"))
  }

  package func run() throws(CommandError) -> Int32 {
    if let state = try StackState.running(in: stack.directory) {
      try Self.show(in: state, try StackDirectory(stack.directory))
      Self.tellAddresses(of: state)
      return 0
    }
    let signals = try StopSignals()
    let stack = try LocalStack(stack, isQuiet: true)
    defer { stack.stop() }
    try Self.show(in: stack.state, stack.directory)
    if stays {
      Self.tellAddresses(of: stack.state)
      Console.print("\nThe stack stays up until Ctrl-C; sluice upload FILE… loads more.")
      stack.speakUp()
      _ = signals.requested.wait()
    } else {
      Console.print("\nThis stack stops now; sluice local starts one that stays.")
    }
    return 0
  }

  private static let tables = ["departments", "jobs", "hired_employees", "people"]

  private static func show(
    in state: StackState, _ directory: StackDirectory
  ) throws(CommandError) {
    let files = SampleFiles(SampleSize())
    var demo = Demo(
      state: state, reportsPath: directory.reportsPath, uploader: try Uploader(state))
    Console.print("Loading the sample files: S3 → SQS → csv-load → PostgreSQL")
    let samples = "\(directory.path)/samples"
    try Files.makeDirectory(samples)
    for file in files.all {
      try Files.write(file.bytes, to: "\(samples)/\(file.name)")
      try demo.load(file.bytes, key: UploadCommand.key(of: file.name))
    }
    try demo.show("The first rows of people", "/read/first-chunk?table_name=people")
    try demo.show("Hires by department, job and quarter", "/metrics/hires?year=2021")
    try demo.show("Departments above the mean", "/metrics/departments?year=2021")
    let before = try demo.counts(of: tables)
    Console.print("\nThe same hires once more:")
    try demo.load(files.hires, key: UploadCommand.key(of: "hired_employees.csv"))
    let after = try demo.counts(of: tables)
    let rows = tables.indices.map { [tables[$0], before[$0], after[$0]] }
    Console.print(
      "\nRows before and after\n"
        + TextTable(columns: ["table", "before", "after"], rows: rows).text())
    try IngestDemo.show(in: state)
    Console.print("\nThe sample files     \(samples)")
  }

  private static func tellAddresses(of state: StackState) {
    Console.print(
      """
      Look around          \(state.front)/
                           \(state.front)/read/first-chunk?table_name=hired_employees&num_records=20
                           \(state.front)/metrics/hires?year=2021
                           \(state.front)/metrics/departments?year=2021
                           \(state.front)/health
      To write             sluice users add NAME --role admin, then POST /login
      PostgreSQL           psql '\(state.databaseURL)'
      S3                   \(state.awsEndpoint) (bucket \(state.bucket))
      USAJOBS stub         \(state.usajobsStub ?? "none")
      """)
  }
}

/// A demonstration under way.
private struct Demo: ~Copyable {
  let state: StackState
  let reportsPath: String
  var uploader: Uploader

  /// Uploads a file and waits for its load's report.
  mutating func load(_ bytes: [UInt8], key: String) throws(CommandError) {
    let position = LoadJournal.size(of: reportsPath)
    try uploader.put(bytes, key: key)
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      let loads = LoadJournal.loads(in: reportsPath, after: position)
      if let report = loads.first(where: { $0.key == key }) {
        Console.print("  \(report.line)")
        for line in report.rejectLines(limit: 3) { Console.print("      \(line)") }
        guard ["loaded", "already-loaded"].contains(report.status) else {
          throw CommandError("\(key) was not loaded", advice: "Its report says why.")
        }
        return
      }
      usleep(20_000)
    }
    throw CommandError(
      "no report on \(key) after a minute",
      advice: "See what csv-load and the queue printed where the stack runs.")
  }

  /// Reads from the HTTP API and prints the answer as a table.
  func show(_ title: String, _ target: String) throws(CommandError) {
    let answer = try orFail("the stack does not answer") {
      var client = try HTTPClient()
      return try client.send(HTTPRequest(url: state.front + target), timeout: .seconds(35))
    }
    guard answer.status == 200 else {
      throw CommandError(
        "GET \(target) answered \(answer.status): \(JSONText.pretty(answer.body))")
    }
    Console.print("\n\(title): GET \(target)")
    if let table = JSONText.table(answer.body) {
      Console.print(TextTable(columns: table.columns, rows: table.rows).text())
    } else {
      Console.print(JSONText.pretty(answer.body))
    }
  }

  /// How many rows each table holds, as text.
  func counts(of tables: [String]) throws(CommandError) -> [String] {
    // The names are ours.
    let sql = tables.map { "(SELECT count(*) FROM \($0))" }.joined(separator: ", ")
    return try state.query("SELECT \(sql)", of: "rows") { result in
      try result.row { row in try tables.map { _ in try row.text() } }
    }
  }
}

extension StackState {
  /// Asks the stack's database for figures of something.
  func query<Answer>(
    _ sql: String, _ values: [PostgresValue] = [], of what: String,
    _ read: (borrowing PostgresResult) throws -> Answer
  ) throws(CommandError) -> Answer {
    try orFail("the \(what) cannot be counted") {
      var connection = try PostgresConnection(
        PostgresSettings(url: databaseURL), connectTimeout: .seconds(5), onNotice: { _ in })
      return try connection.query(sql, values, read)
    }
  }
}
