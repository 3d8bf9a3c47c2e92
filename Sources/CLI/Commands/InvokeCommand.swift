import HTTP
import JSON

/// `sluice invoke`: one invocation, in the running stack or in a process of its own.
enum InvokeCommand {
  static func run(
    handler: String, event path: String, _ options: StackOptions
  ) throws(CommandError) -> Int32 {
    let event = try Files.read(path == "-" ? "/dev/stdin" : path)
    do throws(JSONError) {
      _ = try JSON.decode(JSONValue.self, from: event)
    } catch {
      throw CommandError("\(path) is not JSON: \(error)")
    }
    let result: InvocationResult
    if let state = try StackState.running(in: options.directory) {
      result = try invoke(handler, event, at: state.front)
    } else {
      result = try invokeOnce(handler, event, options)
    }
    switch result {
    case .response(let response):
      Console.print(JSONText.pretty(response.body))
      return 0
    case .failure(let failure):
      Console.note(FailureText.of(failure))
      Console.note(JSONText.pretty(failure.body))
      return 1
    }
  }

  /// Invokes a handler of a running stack.
  static func invoke(
    _ handler: String, _ event: [UInt8], at front: String
  ) throws(CommandError) -> InvocationResult {
    let answer: HTTPResponse
    do throws(HTTPError) {
      // A load may be silent for as long as Lambda lets a function run.
      var client = try HTTPClient(stallLimit: .seconds(900))
      answer = try client.send(
        HTTPRequest(
          method: "POST", url: front + InvokeRoute.path(PercentText.encode(handler)),
          headers: ["Content-Type": "application/json"], body: event),
        timeout: .seconds(900))
    } catch {
      throw CommandError("the stack does not answer: \(error)")
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
  private static func invokeOnce(
    _ handler: String, _ event: [UInt8], _ options: StackOptions
  ) throws(CommandError) -> InvocationResult {
    let toolbox = Toolbox()
    let queue = try InvocationQueue(timeLimit: .seconds(900))
    let variables = toolbox.variables.merging(["AWS_REGION": LocalAWS.region]) { own, _ in own }
    let running = try RunningHandler(
      name: handler, queue: queue, bootstrap: try toolbox.bootstrap(options.bootstrap),
      variables: variables, onLine: { Console.note("\(handler) | \($0)") })
    defer { running.stop() }
    return try queue.invoke(Invocation(event: event))
  }
}
