internal import System

/// Writes log records, one line each, in the format and from the level the service requests.
///
/// `AWS_LAMBDA_LOG_FORMAT` is `JSON` or `Text`, `AWS_LAMBDA_LOG_LEVEL` one of ``LogLevel``. Lines
/// go to standard error unbuffered. A reader that does not read loses records (their number is
/// logged when it reads again); it never holds up an invocation.
public struct Log: Sendable {
  /// The log of the process, for records that belong to no invocation.
  public static let process = Log(
    sink: LogSink(descriptor: 2, telemetryDescriptor: LogSink.takeTelemetryDescriptor()),
    variables: EnvironmentVariables())

  let format: LogFormat
  private let sink: LogSink
  private let minimum: LogLevel
  private var requestID: String?
  private var traceID: String?

  package init(sink: LogSink, variables: EnvironmentVariables) {
    let level = variables["AWS_LAMBDA_LOG_LEVEL"].flatMap { LogLevel(rawValue: $0.uppercased()) }
    self.sink = sink
    format = variables["AWS_LAMBDA_LOG_FORMAT"] == "JSON" ? .json : .text
    minimum = level ?? .info
  }

  func with(requestID: String, traceID: String?) -> Log {
    var log = self
    log.requestID = requestID
    log.traceID = traceID
    return log
  }

  /// Logs what helps to find a fault.
  public func debug(
    _ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, LogValue> = [:]
  ) {
    record(.debug, message(), fields)
  }

  /// Logs what happened.
  public func info(
    _ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, LogValue> = [:]
  ) {
    record(.info, message(), fields)
  }

  /// Logs a problem that did not stop the work.
  public func warn(
    _ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, LogValue> = [:]
  ) {
    record(.warn, message(), fields)
  }

  /// Logs what failed.
  public func error(
    _ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, LogValue> = [:]
  ) {
    record(.error, message(), fields)
  }

  /// Logs a record of any level.
  public func record(
    _ level: LogLevel, _ message: @autoclosure () -> String,
    _ fields: KeyValuePairs<String, LogValue> = [:]
  ) {
    guard level >= minimum else { return }
    let record = LogRecord(
      level: level, message: message(), requestID: requestID, traceID: traceID, fields: fields)
    sink.write(record.line(format, at: .now), level: level, format: format)
  }

  /// Writes figures that CloudWatch turns into metrics, whatever the level of the log.
  ///
  /// - Parameters:
  ///   - namespace: The namespace of the metrics, such as `Sluice`.
  ///   - dimensions: What tells the figures apart, at most 30; the request id is not one, because
  ///     each distinct value is a metric that costs money.
  ///   - values: The figures, at most 100.
  ///
  /// The line follows the CloudWatch embedded metric format.
  public func metrics(
    namespace: String, dimensions: KeyValuePairs<String, String> = [:], values: [Metric]
  ) {
    let line = MetricsRecord(
      namespace: namespace, dimensions: dimensions, values: values, requestID: requestID)
    sink.write(line.line(at: .now), level: .info, format: .json)
  }
}

/// The severity of a log record; the names are those of `AWS_LAMBDA_LOG_LEVEL`.
public enum LogLevel: String, Sendable, Comparable, CaseIterable {
  /// The finest steps.
  case trace = "TRACE"
  /// What helps to find a fault.
  case debug = "DEBUG"
  /// What happened.
  case info = "INFO"
  /// A problem that did not stop the work.
  case warn = "WARN"
  /// What failed.
  case error = "ERROR"
  /// What ended the process.
  case fatal = "FATAL"

  /// The level's number on the service's log channel.
  var code: UInt32 {
    switch self {
    case .trace: 1
    case .debug: 2
    case .info: 3
    case .warn: 4
    case .error: 5
    case .fatal: 6
    }
  }

  /// Whether the left level is less severe.
  public static func < (left: LogLevel, right: LogLevel) -> Bool {
    left.code < right.code
  }
}
