/// What the service tells about one invocation beside the event itself.
public struct InvocationContext: Sendable {
  /// The id by which the service knows the invocation.
  public let requestID: String
  /// The X-Ray trace header, if the invocation is traced.
  public let traceID: String?
  /// The ARN that was invoked, with its version or alias; absent on some emulators.
  public let invokedFunctionARN: String?
  /// When the service ends the invocation.
  public let deadline: Deadline
  /// What a mobile SDK told about its client, as JSON text.
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

  /// The name of the function that was invoked, by which metrics of several are told apart; `local`
  /// where there is no ARN.
  public var functionName: String {
    // arn:aws:lambda:REGION:ACCOUNT:function:NAME, and a version or an alias
    let parts = invokedFunctionARN?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    return parts.count > 6 ? String(parts[6]) : "local"
  }

  /// Whether the environment is being shut down, so that work should stop at the next safe point.
  ///
  /// What still runs a fifth of a second later ends with the process.
  public var isShuttingDown: Bool { Shutdown.isRequested }
}
