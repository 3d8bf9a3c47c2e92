internal import CCurl
internal import System

/// Sends requests one at a time and blocks until each is answered.
///
/// Connections are kept open and used again. Servers are always verified, redirects are never
/// followed, and the proxy variables of the environment (`HTTPS_PROXY`, `NO_PROXY`) count except
/// towards loopback and link-local hosts. Every call has a limit of time, and so has connecting
/// and waiting for the next byte.
public struct HTTPClient: ~Copyable {
  private var handle: EasyHandle?
  private let settings: TransferSettings

  /// Makes a client; libcurl is not touched before the first request.
  ///
  /// - Parameters:
  ///   - caBundle: The PEM file that servers are checked against; by default `ca-bundle.crt`
  ///     beside the executable, else the system's.
  ///   - connectTimeout: How long resolving, connecting and the TLS handshake may take together.
  ///   - stallLimit: How long a server may send nothing, in whole seconds.
  /// - Throws: An error when the given bundle cannot be read.
  public init(
    caBundle: String? = nil, connectTimeout: Duration = .seconds(5),
    stallLimit: Duration = .seconds(30)
  ) throws(HTTPError) {
    if let caBundle, !CABundle.isReadable(caBundle) {
      throw HTTPError(
        .invalidRequest, "the CA bundle \(caBundle) cannot be read: give the path of a PEM file",
        HTTPRequest(url: ""))
    }
    settings = TransferSettings(
      caBundle: caBundle, connectTimeout: connectTimeout, stallLimit: stallLimit)
  }

  /// Sends a request and returns the response, whatever its status.
  ///
  /// The timeout is for the whole call. Within it, an idempotent request is sent again after a
  /// transient failure or status, as often as `retries` says. A body of more than `bodyLimit`
  /// bytes is an error.
  public mutating func send(
    _ request: HTTPRequest, timeout: Duration, retries: RetryPolicy = .never,
    bodyLimit: Int = 16 << 20
  ) throws(HTTPError) -> HTTPResponse {
    var schedule = RetrySchedule(retries, within: timeout)
    while true {
      do throws(HTTPError) {
        let response = try sendOnce(request, schedule.remaining, bodyLimit)
        guard request.isIdempotent, HTTPError.isRetriable(status: response.status),
          schedule.waitForNextAttempt(retryAfter: response.head.retryAfter)
        else { return response }
      } catch {
        guard error.isRetriable, request.isIdempotent || error.isUnsent,
          schedule.waitForNextAttempt()
        else { throw error }
      }
    }
  }

  // The check that nothing escaped holds the length of the file's path, whatever prefix is mapped:
  // under a name of its own it is the same in every folder.
  #sourceLocation(file:"HTTPClient.stream.swift",line:1)
  /// Sends a request once and hands over the body of a success piece by piece as it arrives.
  ///
  /// The pieces are libcurl's own buffer, lent for the call; while the receiver works, nothing
  /// more is read, which is the back-pressure of a load.
  ///
  /// The receiver is called for statuses 200 to 299 only, and not at all for an empty body. What
  /// it throws ends the transfer and comes out unchanged. Any other status is an ``HTTPError``
  /// that holds the body; a failed transfer is one that says how many bytes had been delivered.
  public mutating func stream(
    _ request: HTTPRequest, timeout: Duration,
    body: (HTTPResponseHead, Span<UInt8>) throws -> Void
  ) throws -> HTTPResponseHead {
    try withoutActuallyEscaping(body) { body in
      let transfer = Transfer(collectedLimit: HTTPClient.errorBodyLimit, receive: body)
      defer { transfer.release() }
      let failure = transferFailure(request, timeout, transfer)
      if let parked = transfer.parked { throw parked }
      let head = transfer.head
      // An error body that is too long for us is still the error that the status names.
      if let failure, !transfer.isOverLimit || head.isSuccess { throw failure }
      return try HTTPResponse(head: head, body: transfer.collected).successful(request).head
    }
  }
  #sourceLocation()

  private static let errorBodyLimit = 64 << 10

  private mutating func sendOnce(
    _ request: HTTPRequest, _ timeout: Duration, _ bodyLimit: Int
  ) throws(HTTPError) -> HTTPResponse {
    let transfer = Transfer(collectedLimit: bodyLimit, receive: nil)
    if let failure = transferFailure(request, timeout, transfer) { throw failure }
    return HTTPResponse(head: transfer.head, body: transfer.collected)
  }

  private mutating func transferFailure(
    _ request: HTTPRequest, _ timeout: Duration, _ transfer: Transfer
  ) -> HTTPError? {
    do throws(HTTPError) { try request.check() } catch { return error }
    guard timeout > .zero else { return HTTPError(.timedOut, "no time is left", request) }
    guard var easy = handle.take() ?? EasyHandle() else {
      return HTTPError(.other(Int(CURLE_FAILED_INIT.rawValue)), "libcurl cannot start", request)
    }
    let failure = easy.run(request, settings, within: timeout, transfer)
    handle = consume easy
    return failure
  }
}

/// Holds what a client asks of all its transfers.
struct TransferSettings: Sendable {
  let caBundle: String?
  let connectTimeout: Duration
  let stallLimit: Duration
}
