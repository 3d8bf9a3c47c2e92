internal import System

/// What the service says about one invocation besides the event itself.
public struct InvocationContext: Sendable {
  /// The id by which the service knows the invocation.
  public let requestID: String
  /// The X-Ray trace header, if the invocation is traced.
  public let traceID: String?
  /// The ARN that was invoked, with its version or alias; absent on some emulators.
  public let invokedFunctionARN: String?
  /// When the service ends the invocation.
  public let deadline: Deadline
  /// What a mobile SDK says about its client, as JSON text.
  public let clientContext: String?
  /// The Cognito identity of the caller, as JSON text.
  public let cognitoIdentity: String?
  /// The tenant on whose behalf a function with tenant isolation runs.
  public let tenantID: String?
  /// The log, with the invocation's ids in every record.
  public let log: Log

  /// Creates a context, for running a handler outside the service.
  public init(
    requestID: String, traceID: String? = nil, invokedFunctionARN: String? = nil,
    deadline: Deadline, clientContext: String? = nil, cognitoIdentity: String? = nil,
    tenantID: String? = nil, log: Log = .process
  ) {
    self.requestID = requestID
    self.traceID = traceID
    self.invokedFunctionARN = invokedFunctionARN
    self.deadline = deadline
    self.clientContext = clientContext
    self.cognitoIdentity = cognitoIdentity
    self.tenantID = tenantID
    self.log = log.with(requestID: requestID, traceID: traceID)
  }

  /// The name of the function that was invoked, which tells the metrics of several functions apart;
  /// `local` where there is no ARN.
  public var functionName: String {
    // arn:aws:lambda:REGION:ACCOUNT:function:NAME, and a version or an alias
    let parts = invokedFunctionARN?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    return parts.count > 6 ? String(parts[6]) : "local"
  }

  /// Whether the environment is being shut down, so that work should stop at the next safe point.
  ///
  /// What still runs a fifth of a second later ends with the process.
  public var isShuttingDown: Bool { GracefulShutdown.isRequested }
}

/// The instant at which the service ends an invocation.
///
/// By the wall clock, as the service gives it: a frozen environment's other clocks stand still.
public struct Deadline: Sendable, Equatable {
  private let millisecondsSince1970: Int64

  init(millisecondsSince1970: Int64) {
    self.millisecondsSince1970 = millisecondsSince1970
  }

  /// A deadline too far away to matter, for invocations that came without one.
  static let none = Deadline(millisecondsSince1970: 253_402_300_799_000)

  /// Makes a deadline that far ahead.
  public static func after(_ duration: Duration) -> Deadline {
    Deadline(
      millisecondsSince1970: WallClock.now.milliseconds + Int64(duration.milliseconds))
  }

  /// The time left; negative once the deadline has passed.
  public var remaining: Duration {
    .milliseconds(millisecondsSince1970 - WallClock.now.milliseconds)
  }
}
