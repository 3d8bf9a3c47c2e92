internal import Datasets
import Glibc
import JSON
internal import JobIngest
import LambdaEvents
import LambdaRuntime

/// `sluice ingest`: the handler `job-ingest` run from a terminal.
enum IngestCommand {
  static func run(_ options: IngestOptions) throws(CommandError) -> Int32 {
    let variables = EnvironmentVariables(try Self.variables(options))
    let event = try Self.event(options.event)
    // Something that reads no more is an error of ours, not the end of us.
    signal(SIGPIPE, SIG_IGN)
    let screen = IngestScreen()
    let relay = try LogRelay(leavingOut: "Search") { screen.note($0) }
    let log = relay.log
    let result = Result { try ingest(event, variables, log, screen) }
    relay.finish()
    screen.clear()
    switch result {
    case .success(let answer):
      let summary = IngestSummary(answer)
      Console.print(summary.table)
      for remark in summary.remarks { Console.note(remark) }
      return summary.exitStatus
    case .failure(let error):
      throw CommandError((error as? any FunctionError)?.message ?? "\(error)")
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
      requestID: Identifier.uuid(), deadline: .after(.seconds(86_400)), log: log)
    let answer = try handler.handle(event, context: context)
    return try JSON.decode(JSONValue.self, from: JSON.encode(answer))
  }

  private static func event(
    _ json: [UInt8]
  ) throws(CommandError) -> ScheduledEvent<IngestRequest> {
    do throws(JSONError) {
      return try JSON.decode(ScheduledEvent<IngestRequest>.self, from: json)
    } catch {
      throw CommandError("the search makes no sense: \(error)", status: 2)
    }
  }

  /// The user's variables, and those of the stack that runs in the directory.
  private static func variables(
    _ options: IngestOptions
  ) throws(CommandError) -> [String: String] {
    var variables = ProcessEnvironment.all
    if let state = try StackState.running(in: options.directory) {
      let isChosen = LocalUSAJOBS.isChosen(in: variables)
      let stack = state.variables.filter { !isChosen || !$0.key.hasPrefix("USAJOBS_") }
      variables.merge(stack) { $1 }
    }
    if let endpoint = options.endpoint { variables["USAJOBS_ENDPOINT"] = endpoint }
    return variables.merging(RunningHandler.defaults) { own, _ in own }
  }
}

/// What `sluice ingest` is to do.
package struct IngestOptions: Sendable, Equatable {
  /// The event for `job-ingest`.
  package var event = Array("{}".utf8)
  package var endpoint: String?
  package var directory = StackOptions().directory

  package init() {}
}
