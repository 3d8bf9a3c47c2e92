internal import CCurl

/// Says why a request got no answer, or not the one asked for.
///
/// The description is safe to log: no query of the address, no header, no body.
public struct HTTPError: Error, Sendable {
  /// Names the kind of failure.
  public enum Code: Sendable, Equatable {
    /// The request, or a setting of the client, cannot be right; nothing was sent.
    case invalidRequest
    /// The host's name has no address.
    case resolve
    /// No connection was made.
    case connect
    /// The server could not prove who it is, or no encrypted connection was agreed on.
    case tls
    /// The time that the caller gave ran out.
    case timedOut
    /// Nothing was received for longer than the client's stall limit.
    case stalled
    /// The connection ended before the response did.
    case connectionLost
    /// What came back is not HTTP.
    case badResponse
    /// The body is larger than the caller takes.
    case tooLarge
    /// The server answered with another status than 200 to 299.
    case status(Int)
    /// Another failure of libcurl, by its number.
    case other(Int)
  }

  /// The kind of failure.
  public let code: Code
  /// What happened, in libcurl's words where it has some.
  public let message: String
  /// The method and the address without its query.
  public let target: String
  /// The response, when its status is the failure; its body is cut at 64 KiB.
  public let response: HTTPResponse?
  /// The bytes of a streamed body that the caller had been given before.
  public let bytesDelivered: Int64

  init(
    _ code: Code, _ message: String, _ request: HTTPRequest, response: HTTPResponse? = nil,
    bytesDelivered: Int64 = 0
  ) {
    self.code = code
    self.message = message
    self.target = request.target
    self.response = response
    self.bytesDelivered = bytesDelivered
  }

  /// Whether the same request may succeed later.
  public var isRetriable: Bool {
    switch code {
    case .resolve, .connect, .timedOut, .stalled, .connectionLost, .badResponse: true
    case .status(let status): HTTPError.isRetriable(status: status)
    case .invalidRequest, .tls, .tooLarge, .other: false
    }
  }

  /// Whether the server cannot have seen the request.
  public var isUnsent: Bool { [.invalidRequest, .resolve, .connect, .tls].contains(code) }

  /// Says whether a status asks for another try: 408, 429, 500, 502, 503 and 504.
  public static func isRetriable(status: Int) -> Bool {
    [408, 429, 500, 502, 503, 504].contains(status)
  }
}

extension HTTPError {
  /// Makes an error of libcurl's code and its words for it.
  init(
    _ code: CURLcode, _ message: String, _ request: HTTPRequest, _ transfer: Transfer,
    isConnected: Bool, isOutOfTime: Bool
  ) {
    let kind: Code =
      switch code {
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
      case CURLE_COULDNT_CONNECT: .connect
      // One code of libcurl for the caller's limit, for ours on connecting and for ours on
      // silence.
      case CURLE_OPERATION_TIMEDOUT: isOutOfTime ? .timedOut : isConnected ? .stalled : .connect
      case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
        CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM:
        .tls
      case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE:
        .connectionLost
      // An answer without a status line counts as the protocol HTTP/0.9.
      case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
        .badResponse
      case CURLE_URL_MALFORMAT: .invalidRequest
      case CURLE_WRITE_ERROR where transfer.isOverLimit: .tooLarge
      default: .other(Int(code.rawValue))
      }
    let text = message.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : message
    self.init(kind, text, request, bytesDelivered: transfer.bytesDelivered)
  }
}

extension HTTPError: CustomStringConvertible {
  /// The request's target and what happened to it.
  public var description: String { "\(target): \(message)" }
}
