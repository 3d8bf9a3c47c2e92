internal import Glibc
internal import HTTP

/// Sends signed calls to one service and repeats those that may be repeated.
struct ServiceClient: ~Copyable {
  private let service: String
  private let region: String
  private let faults: ServiceFault.Format
  private let clock: @Sendable () -> Int64
  private var http: HTTPClient
  private var source: CredentialSource
  // What the service's clock is ahead of ours: signatures are refused when it is minutes.
  private var clockOffset: Int64 = 0

  init(
    _ service: String, region: String, faults: ServiceFault.Format,
    lookup: @escaping @Sendable (String) -> String?, clock: (@Sendable () -> Int64)? = nil,
    stallLimit: Duration = .seconds(30)
  ) throws(AWSError) {
    self.service = service
    self.region = region
    self.faults = faults
    self.clock = clock ?? { Int64(time(nil)) }
    let bundle = lookup("CA_BUNDLE").flatMap { $0.isEmpty ? nil : $0 }
    do throws(HTTPError) {
      http = try HTTPClient(caBundle: bundle, stallLimit: stallLimit)
    } catch {
      throw AWSError(
        service, "settings", code: "BadCABundle",
        message: "CA_BUNDLE names no file that can be read: give the path of a PEM file")
    }
    source = CredentialSource(lookup: lookup)
  }

  /// Sends a call and returns the answer to a success.
  mutating func send(_ call: ServiceCall, timeout: Duration) throws(AWSError) -> HTTPResponse {
    try attempt(call, timeout) { http, request, timeout in
      do throws(HTTPError) {
        return .success(try http.send(request, timeout: timeout).successful(request))
      } catch {
        return .failure(error)
      }
    }
  }

  /// Sends a call and hands over the body of a success piece by piece.
  ///
  /// Nothing is repeated once bytes were handed over. What the receiver throws comes out
  /// unchanged.
  mutating func stream(
    _ call: ServiceCall, timeout: Duration,
    receive: (HTTPResponseHead, Span<UInt8>) throws -> Void
  ) throws -> HTTPResponseHead {
    let outcome: Result<HTTPResponseHead, any Error> = try attempt(call, timeout) {
      http, request, timeout in
      var refusal: (any Error)?
      do {
        let head = try http.stream(request, timeout: timeout) { head, bytes in
          do { try receive(head, bytes) } catch {
            refusal = error
            throw error
          }
        }
        return .success(.success(head))
      } catch {
        guard refusal == nil, let error = error as? HTTPError else {
          return .success(.failure(error))
        }
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  /// Returns an address whose bearer may send a call until it expires.
  mutating func presignedURL(
    _ call: ServiceCall, expires: Duration, payloadHash: String = SignatureV4.unsignedPayload,
    within timeout: Duration = .seconds(5)
  ) throws(AWSError) -> String {
    let query = try signature(within: timeout).presignedQuery(
      call.request, expires: expires, payloadHash: payloadHash)
    return "\(call.scheme)://\(call.request.host)\(call.request.path)?\(query)"
  }

  /// Returns the fields of a form that lets its bearer post an object, and when they expire.
  mutating func form(
    _ policy: PostPolicy, within timeout: Duration = .seconds(5)
  ) throws(AWSError) -> (fields: [(name: String, value: String)], expiresAt: String) {
    let signature = try signature(within: timeout)
    return (policy.fields(signature), policy.expiration(signature.date))
  }

  private mutating func attempt<Value>(
    _ call: ServiceCall, _ timeout: Duration,
    _ once: (inout HTTPClient, HTTPRequest, Duration) -> Result<Value, HTTPError>
  ) throws(AWSError) -> Value {
    let payloadHash = SignatureV4.payloadHash(call.body)
    var schedule = RetrySchedule(.standard, within: timeout)
    var hasMended = false
    while true {
      let signature = try signature(within: schedule.remaining)
      let headers = signature.sign(call.request, payloadHash: payloadHash)
      let request = HTTPRequest(
        method: call.request.method, url: call.url, headers: headers, body: call.body)
      switch once(&http, request, schedule.remaining) {
      case .success(let value): return value
      case .failure(let cause):
        let error = error(call, cause)
        // A refused signature means that nothing was done: any call may be sent again, once.
        if !hasMended, mend(error) {
          hasMended = true
        } else if !error.isRetriable
          || !(call.isIdempotent || cause.isUnsent || error.isThrottled)
          || cause.bytesDelivered > 0
          || !schedule.waitForNextAttempt(retryAfter: cause.response?.head.retryAfter)
        {
          throw error
        }
      }
    }
  }

  private mutating func signature(within timeout: Duration) throws(AWSError) -> SignatureV4 {
    let now = clock() + clockOffset
    return SignatureV4(
      credentials: try source.current(&http, now: now, within: timeout), region: region,
      service: service, unixTime: now)
  }

  /// Removes the cause of a refused signature, and says whether it did.
  private mutating func mend(_ error: AWSError) -> Bool {
    switch error.code {
    case "ExpiredToken", "ExpiredTokenException":
      return source.forget()
    case "RequestTimeTooSkewed", "RequestExpired", "SignatureDoesNotMatch",
      "InvalidSignatureException":
      guard let date = error.cause?.response?.headers["Date"].flatMap(HTTPDate.parse) else {
        return false
      }
      let offset = date - clock()
      defer { clockOffset = offset }
      return abs(offset - clockOffset) > 240
    default:
      return false
    }
  }

  private func error(_ call: ServiceCall, _ cause: HTTPError) -> AWSError {
    guard let response = cause.response else {
      return AWSError(
        service, call.operation, code: cause.code.name, message: cause.description, cause: cause)
    }
    let fault = ServiceFault(response, faults)
    let region = response.headers["x-amz-bucket-region"].flatMap { $0 == self.region ? nil : $0 }
    let hint = region.map { "; the bucket is in \($0)" } ?? ""
    return AWSError(
      service, call.operation, code: fault.code, message: fault.message + hint,
      status: response.status,
      requestID: response.headers["x-amz-request-id"] ?? response.headers["x-amzn-requestid"],
      cause: cause)
  }
}

/// Describes one call to a service.
struct ServiceCall: Sendable {
  /// The operation by AWS's name.
  let operation: String
  /// The scheme of the address.
  let scheme: String
  let request: SignableRequest
  var body: [UInt8] = []
  /// Whether sending it twice does no more than sending it once.
  let isIdempotent: Bool

  fileprivate var url: String {
    let query = request.query.isEmpty ? "" : "?\(request.query)"
    return "\(scheme)://\(request.host)\(request.path)\(query)"
  }
}

extension HTTPError.Code {
  /// A code in the manner of AWS's own.
  fileprivate var name: String {
    switch self {
    case .invalidRequest: "InvalidRequest"
    case .resolve: "HostNotFound"
    case .connect: "ConnectionFailed"
    case .tls: "TLSFailed"
    case .timedOut: "TimedOut"
    case .stalled: "Stalled"
    case .connectionLost: "ConnectionLost"
    case .badResponse: "BadResponse"
    case .tooLarge: "ResponseTooLarge"
    case .status(let status): "Status\(status)"
    case .other(let number): "Transfer\(number)"
    }
  }
}
