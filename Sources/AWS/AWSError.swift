public import HTTP

/// Says which call to AWS failed and why.
///
/// The description is safe to log: it holds neither keys nor signatures nor bodies.
public struct AWSError: Error, Sendable {
  /// The service, by the name it has in signatures, such as `s3`.
  public let service: String
  /// The operation by AWS's name, such as `GetObject`.
  public let operation: String
  /// The HTTP status; none when there was no answer.
  public let status: Int?
  /// The service's code, such as `NoSuchKey`, or one of ours, such as `MissingCredentials`.
  public let code: String
  /// What the service said.
  public let message: String
  /// The identifier that AWS's support asks for.
  public let requestID: String?
  /// What happened below.
  public let cause: HTTPError?

  init(
    _ service: String, _ operation: String, code: String, message: String, status: Int? = nil,
    requestID: String? = nil, cause: HTTPError? = nil
  ) {
    self.service = service
    self.operation = operation
    self.status = status
    self.code = code
    self.message = message
    self.requestID = requestID
    self.cause = cause
  }

  /// Whether the same call may succeed later.
  public var isRetriable: Bool {
    AWSError.retriableCodes.contains(code) || cause?.isRetriable ?? false
  }

  /// Whether the service refused to look at the call because there were too many.
  var isThrottled: Bool { status == 429 || AWSError.throttlingCodes.contains(code) }

  private static let throttlingCodes: Set<String> = [
    "RequestLimitExceeded", "RequestThrottled", "SlowDown", "Throttling", "ThrottlingException",
    "TooManyRequestsException",
  ]

  private static let retriableCodes = throttlingCodes.union([
    "ExpiredToken", "ExpiredTokenException", "InternalError", "PriorRequestNotComplete",
    "RequestTimeTooSkewed", "RequestTimeout", "ServiceUnavailable",
  ])
}

extension AWSError: CustomStringConvertible {
  /// The operation, the code and the message.
  public var description: String {
    let request = requestID.map { " (request \($0))" } ?? ""
    return "\(service) \(operation): \(code): \(message)\(request)"
  }
}
