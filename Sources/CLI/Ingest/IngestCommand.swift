import API
import Datasets
import Glibc
import JSON
import JobIngest
import LambdaEvents
import LambdaRuntime
import Synchronization

/// `sluice ingest`: the handler `job-ingest` run from a terminal.
package struct IngestCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "ingest", operands: "[KEY=VALUE…]", operandCount: 0...Int.max,
    summary: "Ingests the postings that USAJOBS searches find.",
    options: [
      OptionSpec("--search", "NAME", "run this saved search"),
      OptionSpec("--keyword", "WORDS", "the same as keyword=WORDS"),
      OptionSpec("--location", "PLACE", "the same as locationName=PLACE"),
      OptionSpec("--radius", "MILES", "the same as radius=MILES"),
      OptionSpec("--days", "N", "the same as postedWithinDays=N"),
      OptionSpec("--endpoint", "URL", "use instead of USAJOBS_ENDPOINT"),
      .directory,
    ],
    details: """
      Without parameters, runs every search saved in searches.json next to the Data Package; with
      parameters, runs only that search. KEY is any parameter of a saved search and can be repeated.
      Uses the database of the stack that runs in the stack's directory, and its stub unless
      USAJOBS_API_KEY or USAJOBS_ENDPOINT is set; without a stack, the database that DATABASE_URL or
      the PG variables name. The next run resumes an interrupted one. The exit status is 0 if every
      search is complete, 3 if the searches are already running, and 1 otherwise.
      """)

  /// The options that stand for the most common parameters.
  private static let shorthands: [(option: String, key: String)] = [
    ("--keyword", "keyword"), ("--location", "locationName"), ("--radius", "radius"),
    ("--days", "postedWithinDays"),
  ]

  /// The event for `job-ingest`.
  package var event = Array("{}".utf8)
  package var endpoint: String?
  package var directory = StackOptions.defaultDirectory

  package init() {}

  package init(_ line: CommandLineReader) throws(CommandError) {
    directory = line.directory
    endpoint = line.text("--endpoint")
    var parameters: [(key: String, value: String)] = []
    for (option, key) in Self.shorthands {
      if let value = line.text(option) { parameters.append((key, value)) }
    }
    for operand in line.operands {
      let parts = operand.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw line.misuse("a parameter of the search is KEY=VALUE, not \(operand)")
      }
      parameters.append((String(parts[0]), String(parts[1])))
    }
    if let name = line.text("--search") {
      guard parameters.isEmpty else {
        throw line.misuse("--search names a saved search, which has its own parameters")
      }
      parameters = [("search", name)]
    }
    event = Self.json(parameters)
  }

  /// JSON of parameters, with those given several times as arrays.
  ///
  /// Values stay text: the handler takes numbers and flags as text too, and names what is wrong.
  private static func json(_ parameters: [(key: String, value: String)]) -> [UInt8] {
    var keys: [String] = []
    for parameter in parameters where !keys.contains(parameter.key) { keys.append(parameter.key) }
    var json = JSONWriter()
    json.beginObject()
    for key in keys {
      let values = parameters.filter { $0.key == key }.map(\.value)
      if values.count == 1 { json.member(key, values[0]) } else { json.member(key, values) }
    }
    json.endObject()
    return json.bytes
  }

  package func run() throws(CommandError) -> Int32 {
    let variables = EnvironmentVariables(try variables())
    let event = try decodedEvent()
    // Something that reads no more is an error of ours, not the end of us.
    signal(SIGPIPE, SIG_IGN)
    let screen = IngestScreen()
    let relay = try LogRelay(leavingOut: "Search") { screen.line.note($0) }
    let log = relay.log
    let result = Result { try Self.ingest(event, variables, log, screen) }
    relay.finish()
    screen.line.clear()
    switch result {
    case .success(let answer):
      let summary = IngestSummary(answer)
      Console.print(summary.table)
      for remark in summary.remarks { Console.note(remark) }
      return summary.exitStatus
    case .failure(let error):
      throw CommandError(CommandError.message(of: error))
    }
  }

  private static func ingest(
    _ event: ScheduledEvent<IngestRequest>, _ variables: EnvironmentVariables, _ log: Log,
    _ screen: IngestScreen
  ) throws -> JSONValue {
    var handler = try JobIngestHandler(variables: variables)
    handler.onProgress = { screen.show($0) }
    // Nobody ends us as Lambda would; a day is more than any search takes.
    let context = InvocationContext(
      requestID: RandomID.uuid(), deadline: .after(.seconds(86_400)), log: log)
    let answer = try handler.handle(event, context: context)
    return try JSON.decode(JSONValue.self, from: JSON.encode(answer))
  }

  private func decodedEvent() throws(CommandError) -> ScheduledEvent<IngestRequest> {
    try orFail("the search is invalid", status: 2) {
      try JSON.decode(ScheduledEvent<IngestRequest>.self, from: event)
    }
  }

  /// The user's variables, and those of the stack that runs in the directory.
  private func variables() throws(CommandError) -> [String: String] {
    var variables = ProcessEnvironment.all
    if let state = try StackState.running(in: directory) {
      let isChosen = LocalUSAJOBS.isChosen(in: variables)
      let stack = state.variables.filter { !isChosen || !$0.key.hasPrefix("USAJOBS_") }
      variables.merge(stack) { $1 }
    }
    if let endpoint = endpoint { variables["USAJOBS_ENDPOINT"] = endpoint }
    return variables.merging(RunningHandler.defaults) { own, _ in own }
  }
}

/// How far an ingestion has come: one line that is written over on a terminal, else a line a page.
private final class IngestScreen: Sendable {
  let line = ProgressLine()
  private let state = Mutex(State())

  private struct State {
    var search = ""
    /// Pages of that search so far.
    var pages = 0
  }

  func show(_ progress: IngestProgress) {
    state.withLock { state in
      state.pages = state.search == progress.search ? state.pages + 1 : 1
      state.search = progress.search
      line.show(Self.line(progress, page: state.pages))
    }
  }

  private static func line(_ progress: IngestProgress, page: Int) -> String {
    let counts = progress.counts
    return "\(progress.search): page \(page), \(counts.found) of \(progress.total) seen, "
      + "\(counts.inserted) inserted, \(counts.updated) updated, "
      + "\(counts.unchanged) unchanged, \(counts.rejected) rejected"
  }
}
