import HTTP
import JSON
import System

/// `sluice invoke`: one invocation, in the running stack or in a process of its own.
package struct InvokeCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "invoke", operands: "HANDLER EVENT.json", operandCount: 2...2,
    summary: "Invokes a handler with an event and prints its response.",
    options: [.directory, .bootstrap],
    details: """
      Uses the running local stack if there is one, otherwise starts bootstrap for this one
      invocation. A function error goes to standard error, and the exit status is 1. If EVENT.json
      is -, the event is read from standard input.
      """)

  package var handler: String
  /// The path of the event's file, or `-` for standard input.
  package var event: String
  package var stack = StackOptions()

  package init(_ handler: String, event: String) { (self.handler, self.event) = (handler, event) }

  package init(_ line: CommandLineReader) throws(CommandError) {
    self.init(line.operands[0], event: line.operands[1])
    stack = try StackOptions(line)
  }

  package func run() throws(CommandError) -> Int32 {
    let bytes = try Files.read(event == "-" ? "/dev/stdin" : event)
    try orFail("\(event) is not JSON") { _ = try JSON.decode(JSONValue.self, from: bytes) }
    let state = try StackState.running(in: stack.directory)
    let result =
      if let state { try Self.invoke(handler, bytes, at: state.front) } else {
        try invokeOnce(bytes)
      }
    switch result {
    case .response(let response):
      Console.print(JSONText.pretty(response.body))
      return 0
    case .failure(let failure):
      Console.note(failure.line)
      Console.note(JSONText.pretty(failure.body))
      return 1
    }
  }

  /// Invokes a handler of a running stack.
  static func invoke(
    _ handler: String, _ event: [UInt8], at front: String
  ) throws(CommandError) -> InvocationResult {
    let request = HTTPRequest(
      method: "POST", url: front + InvokeRoute.path(PercentEncoding.component(handler)),
      headers: ["Content-Type": "application/json"], body: event)
    let answer = try orFail("the stack does not answer") {
      // A load may be silent for as long as Lambda lets a function run.
      var client = try HTTPClient(stallLimit: .seconds(900))
      return try client.send(request, timeout: .seconds(900))
    }
    guard answer.status == 200 else {
      let body = try? JSON.decode(JSONValue.self, from: answer.body)
      throw CommandError(body?["Message"]?.string ?? "the stack answered \(answer.status)")
    }
    guard answer.headers["X-Amz-Function-Error"] != nil else {
      return .response(
        InvocationResponse(
          contentType: answer.headers["Content-Type"] ?? "", body: answer.body))
    }
    return .failure(
      InvocationFailure(
        type: answer.headers["X-Sluice-Error-Type"] ?? "Unhandled", body: answer.body))
  }

  /// Starts `bootstrap` under a Runtime API of our own.
  private func invokeOnce(_ event: [UInt8]) throws(CommandError) -> InvocationResult {
    let handler = handler
    let toolbox = Toolbox()
    let queue = try InvocationQueue(timeLimit: .seconds(900))
    let variables = toolbox.variables.merging(["AWS_REGION": LocalAWS.region]) { own, _ in own }
    let running = try RunningHandler(
      name: handler, queue: queue, bootstrap: try toolbox.bootstrap(stack.bootstrap),
      variables: variables, onLine: { Console.note("\(handler) | \($0)") })
    defer { running.stop() }
    return try queue.invoke(QueuedInvocation(event: event))
  }
}
