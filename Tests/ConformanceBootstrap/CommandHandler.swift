internal import Glibc
internal import JSON
internal import LambdaRuntime

/// Does what the event's `action` says.
struct CommandHandler: LambdaHandler {
  struct Command: Decodable {
    let action: String
    var milliseconds: Int?
    var count: Int?
    var name: String?
    var text: String?
  }

  private var invocations = 0

  mutating func handle(_ command: Command, context: InvocationContext) throws -> JSONValue {
    invocations += 1
    switch command.action {
    case "context": return describe(context)
    case "process": return .object(["pid": .integer(Int64(getpid()))])
    case "invocations": return .integer(Int64(invocations))
    case "descriptors": return .integer(Int64(openDescriptors()))
    case "sleep":
      usleep(UInt32(command.milliseconds ?? 0) * 1000)
      return describe(context)
    case "meet": return .bool(MeetingPoint.meet(command.count ?? 1))
    case "wait-for-shutdown":
      context.log.info("waiting for the shutdown")
      while !context.isShuttingDown { usleep(1000) }
      context.log.info("the work is put away")
      return .null
    case "fail": throw failure(command)
    case "crash": return .integer(Int64(Crash.outOfBounds()))
    case "overflow": return .integer(Int64(Crash.overflow(0)))
    case "log":
      for number in 0..<(command.count ?? 1) {
        context.log.info(command.text ?? "a record", ["number": .integer(number)])
      }
      return .null
    default: throw SuiteFailure(errorType: "UnknownAction", message: command.action)
    }
  }

  private func failure(_ command: Command) -> any Error {
    if let count = command.count {
      return SuiteFailure(
        errorType: command.name ?? "Long",
        message: String(repeating: command.text ?? "long \"text\"\n", count: count))
    }
    guard let name = command.name else { return PlainFailure(secret: "canary-4711") }
    return SuiteFailure(
      errorType: name, message: command.text ?? SuiteFailure.unpleasant.message)
  }

  private func describe(_ context: InvocationContext) -> JSONValue {
    func value(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    let variables = EnvironmentVariables()
    return .object([
      "requestID": .string(context.requestID),
      "traceID": value(context.traceID),
      "traceVariable": value(variables["_X_AMZN_TRACE_ID"]),
      "functionARN": value(context.invokedFunctionARN),
      "clientContext": value(context.clientContext),
      "cognitoIdentity": value(context.cognitoIdentity),
      "tenantID": value(context.tenantID),
      "remainingSeconds": .integer(context.deadline.remaining.components.seconds),
    ])
  }

  private func openDescriptors() -> Int {
    (0..<1024).count { fcntl($0, F_GETFD) >= 0 }
  }
}

/// An error that is not meant to be shown.
private struct PlainFailure: Error {
  let secret: String
}
