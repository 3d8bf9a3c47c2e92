public import LambdaEvents
public import LambdaRuntime

/// The handler `csv-load`: object notifications in, loaded tables out.
public struct CSVLoadHandler: LambdaHandler, ~Copyable {
  /// The output: a report for each object and, for a queue, the messages to redeliver.
  public struct Output: Encodable {
    let loads: [LoadReport]
    let batchItemFailures: [BatchResponse.Failure]?
  }

  /// With less time left than this, no further load begins: its message is returned instead.
  private static let leastTime = Duration.seconds(2)

  private var loader: ObjectLoader

  /// Creates the handler from the process's variables.
  ///
  /// - Throws: An error that names the variable or the place in the Data Package at fault.
  public init(variables: EnvironmentVariables) throws {
    loader = try ObjectLoader(variables: variables)
  }

  /// Loads every object that the event names.
  ///
  /// - Throws: The failure of the first failed load, unless the event came from a queue, where each
  ///   message fails on its own.
  public mutating func handle(
    _ event: ObjectEvent, context: InvocationContext
  ) throws -> Output {
    switch event {
    case .test:
      context.log.info("S3 tests the notification; there is nothing to load")
      return Output(loads: [], batchItemFailures: nil)
    case .objects(let objects):
      let reports = try objects.map { object in try loader.load(object, context: context) }
      if let failed = reports.first(where: { $0.status == .failed }) {
        throw LoadFailure(failed)
      }
      return Output(loads: reports, batchItemFailures: nil)
    case .queue(let messages):
      return drain(messages, context)
    }
  }

  private mutating func drain(
    _ messages: [QueueMessage], _ context: InvocationContext
  ) -> Output {
    var reports: [LoadReport] = []
    var failures: [String] = []
    for message in messages {
      do {
        reports += try load(message, context)
      } catch {
        context.log.warn(
          "Message returned to the queue",
          [
            "message_id": .string(message.messageID),
            "error_type": .string((error as? any FunctionError)?.errorType ?? "InvalidEvent"),
            "reason": .string((error as? any FunctionError)?.message ?? "\(error)"),
          ])
        failures.append(message.messageID)
      }
    }
    return Output(
      loads: reports,
      batchItemFailures: BatchResponse(failedMessageIDs: failures).batchItemFailures)
  }

  private mutating func load(
    _ message: QueueMessage, _ context: InvocationContext
  ) throws -> [LoadReport] {
    if message.isTestEvent {
      context.log.info("S3 tests the notification; there is nothing to load")
    }
    return try message.contents.get().map { object in
      guard context.deadline.remaining > Self.leastTime else {
        throw LoadFault(
          .outOfTime, "too little of the invocation's time is left to begin a load",
          isRetriable: true)
      }
      return try loader.load(object, context: context)
    }
  }
}

/// A permanently failed load, as the error of a direct invocation.
struct LoadFailure: FunctionError {
  let errorType: String
  let message: String

  init(_ report: LoadReport) {
    let code = report.code.flatMap(LoadFault.Code.init(rawValue:)) ?? .wrongShape
    let fault = LoadFault(code, report.reason ?? "")
    errorType = fault.errorType
    message = "s3://\(report.bucket)/\(report.key): \(fault.message)"
  }
}
