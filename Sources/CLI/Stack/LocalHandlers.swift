internal import API
import Handlers
import LambdaRuntime

/// The handlers of a stack, which are all that are registered: for each a queue, a Runtime API and a process.
final class LocalHandlers {
  /// As the template has them: API Gateway waits half a minute for an answer; an ingestion may take
  /// as long as Lambda lets a function run.
  static func timeLimit(of name: String) -> Duration {
    switch name {
    case "api": .seconds(29)
    case "job-ingest": .seconds(900)
    default: .seconds(300)
    }
  }

  private let queues: [String: InvocationQueue]
  private let running: [RunningHandler]

  static func makeQueues() throws(CommandError) -> [String: InvocationQueue] {
    var queues: [String: InvocationQueue] = [:]
    for name in HandlerRegistry.all().names.map(\.description) {
      queues[name] = try InvocationQueue(timeLimit: timeLimit(of: name))
    }
    return queues
  }

  init(
    queues: [String: InvocationQueue], bootstrap: String, variables: [String: String],
    state: StackState, isQuiet: Flag
  ) throws(CommandError) {
    self.queues = queues
    let width = queues.keys.map(\.count).max() ?? 0
    let variables = variables.merging(state.variables) { $1 }
    running = try queues.sorted { $0.key < $1.key }.map { name, queue throws(CommandError) in
      try RunningHandler(name: name, queue: queue, bootstrap: bootstrap, variables: variables) {
        if Self.isWorthShowing($0, isQuiet: isQuiet.isSet) {
          Console.note("\(name.padded(to: width)) | \($0)")
        }
      }
    }
  }

  /// Metrics in CloudWatch's embedded format are for CloudWatch; a quiet stack also drops what is
  /// logged below a warning.
  static func isWorthShowing(_ line: String, isQuiet: Bool) -> Bool {
    if line.hasPrefix("{\"_aws\":") { return false }
    return !isQuiet || ![" INFO ", " DEBUG ", " TRACE "].contains { line.contains($0) }
  }

  /// Ends what runs and what waits, so that nobody waits for the processes any more.
  func closeQueues() {
    for queue in queues.values { queue.close() }
  }

  func stop() {
    closeQueues()
    for handler in running { handler.stop() }
  }
}

/// One handler's Runtime API and process.
package final class RunningHandler {
  private let server: RuntimeAPIServer
  private let process: HandlerProcess
  private let queue: InvocationQueue

  package init(
    name: String, queue: InvocationQueue, bootstrap: String, variables: [String: String],
    onLine: @escaping @Sendable (String) -> Void
  ) throws(CommandError) {
    let server = try RuntimeAPIServer(function: name, queue: queue)
    let variables = variables.merging(
      Self.variables(name, bootstrap: bootstrap, address: server.address)
    ) { $1 }
    process = try HandlerProcess(
      name: name,
      command: ChildCommand(
        bootstrap, environment: variables.merging(Self.defaults) { own, _ in own },
        onLine: onLine), queue: queue)
    self.server = server
    self.queue = queue
  }

  /// Ends invocations, then the process; the server goes with its owner.
  package func stop() {
    queue.close()
    process.stop()
  }

  deinit { stop() }

  /// What Lambda sets for every function.
  private static func variables(
    _ name: String, bootstrap: String, address: String
  ) -> [String: String] {
    [
      "_HANDLER": name,
      "AWS_LAMBDA_RUNTIME_API": address,
      "AWS_LAMBDA_FUNCTION_NAME": name,
      "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
      "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
      "LAMBDA_TASK_ROOT": Files.parent(of: bootstrap) ?? "/",
      "LAMBDA_RUNTIME_DIR": "/var/runtime",
      "TZ": ":UTC",
    ]
  }

  /// What the user may set otherwise.
  static var defaults: [String: String] {
    [
      "AWS_LAMBDA_LOG_FORMAT": "Text",
      "API_ACCESS": "open-reads",
      "SLUICE_DATAPACKAGE": "\(Files.workingDirectory)/template/datapackage.json",
    ]
  }

  /// Refuses to go on without the Data Package, without which no handler starts.
  static func checkPackage(_ variables: [String: String]) throws(CommandError) {
    let name = "SLUICE_DATAPACKAGE"
    guard let path = variables[name] ?? defaults[name], !Files.exists(path) else { return }
    throw CommandError(
      "there is no Data Package at \(path)",
      advice: "Set \(name) to the path of a datapackage.json.")
  }
}
