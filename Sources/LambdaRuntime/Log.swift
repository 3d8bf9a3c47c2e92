/// Writes log records, one line each, in the format and from the level the service asks for.
///
/// `AWS_LAMBDA_LOG_FORMAT` is `JSON` or `Text`, `AWS_LAMBDA_LOG_LEVEL` one of ``LogLevel``. Lines
/// go to standard error unbuffered. A reader that does not read loses records (their number is
/// logged when it reads again); it never holds up an invocation.
public struct Log: Sendable {
  /// The log of the process, for records that belong to no invocation.
  public static let process = Log(
    sink: LogSink(descriptor: 2, telemetryDescriptor: LogSink.takeTelemetryDescriptor()),
    variables: EnvironmentVariables())

  let sink: LogSink
  let format: LogFormat
  let minimum: LogLevel
  let requestID: String?
  let traceID: String?

  package init(sink: LogSink, variables: EnvironmentVariables) {
    let level = variables["AWS_LAMBDA_LOG_LEVEL"].flatMap { LogLevel(rawValue: $0.uppercased()) }
    self.init(
      sink: sink, format: variables["AWS_LAMBDA_LOG_FORMAT"] == "JSON" ? .json : .text,
      minimum: level ?? .info, requestID: nil, traceID: nil)
  }

  private init(
    sink: LogSink, format: LogFormat, minimum: LogLevel, requestID: String?, traceID: String?
  ) {
    self.sink = sink
    self.format = format
    self.minimum = minimum
    self.requestID = requestID
    self.traceID = traceID
  }

  func with(requestID: String, traceID: String?) -> Log {
    Log(sink: sink, format: format, minimum: minimum, requestID: requestID, traceID: traceID)
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

  /// Logs what went on in spite of trouble.
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
    sink.write(record.line(format, at: .now()), level: level, format: format)
  }

  /// Writes figures for CloudWatch to make metrics of, whatever the level of the log.
  ///
  /// - Parameters:
  ///   - namespace: The namespace the metrics stand under, such as `Sluice`.
  ///   - dimensions: What the figures are told apart by, at most 30; the request id is not one,
  ///     because each distinct value is a metric that is paid for.
  ///   - values: The figures, at most 100.
  ///
  /// The line follows the CloudWatch embedded metric format.
  public func metrics(
    namespace: String, dimensions: KeyValuePairs<String, String> = [:], values: [Metric]
  ) {
    let line = MetricsRecord(
      namespace: namespace, dimensions: dimensions, values: values, requestID: requestID)
    sink.write(line.line(at: .now()), level: .info, format: .json)
  }
}
