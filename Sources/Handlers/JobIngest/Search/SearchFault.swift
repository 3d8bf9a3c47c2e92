internal import HTTP
package import JSON
internal import LambdaRuntime
internal import System

/// Why a page of a search could not be read.
///
/// It contains no key, no owner's address and no posting.
package enum SearchFault: FunctionError, Equatable {
  /// The key or its owner's address was rejected.
  case unauthorized(status: Int)
  /// The service throttled us for longer than we could wait.
  case throttled(retryAfter: Duration?)
  /// The service could not be reached or failed.
  case unavailable(reason: String)
  /// No answer arrived within the timeout of one request.
  case timedOut
  /// A success whose body is not JSON; the text is its beginning.
  case notJSON(String)
  /// JSON that is truncated or not a search result.
  case malformed(JSONError)
  /// A success without a body.
  case emptyBody
  /// The body exceeds this many bytes: request fewer postings per page.
  case tooLarge(limit: Int)
  /// Any other status; the text is the beginning of the body or the target of the redirect.
  case refused(status: Int, String)
  /// The invocation has no time left.
  case outOfTime

  /// Reads the body of a page.
  package typealias Reading<Value> = (Span<UInt8>) throws(JSONError) -> Value
}

extension SearchFault {
  /// A stable name for logs.
  package var code: String {
    switch self {
    case .unauthorized: "unauthorized"
    case .throttled: "throttled"
    case .unavailable: "unavailable"
    case .timedOut: "timed-out"
    case .notJSON: "not-json"
    case .malformed: "malformed"
    case .emptyBody: "empty-body"
    case .tooLarge: "too-large"
    case .refused: "refused"
    case .outOfTime: "out-of-time"
    }
  }

  /// The code as a name of the Runtime API: `timed-out` becomes `SearchTimedOut`.
  package var errorType: String {
    "Search"
      + code.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
      .joined()
  }

  /// What went wrong, and what to do about it if that is known.
  package var message: String {
    switch self {
    case .unauthorized(let status):
      "USAJOBS refused the key (status \(status)): check that USAJOBS_API_KEY holds the key and "
        + "USAJOBS_EMAIL the address it was requested with"
    case .throttled(let retryAfter):
      "USAJOBS asks for fewer requests"
        + (retryAfter.map { " (again in \($0.components.seconds) s)" } ?? "")
    case .unavailable(let reason): "USAJOBS is unavailable: \(reason)"
    case .timedOut: "USAJOBS did not answer in time"
    case .notJSON(let beginning): "USAJOBS answered something else than JSON: \(beginning)"
    case .malformed(let error): "USAJOBS answered no search result: \(error)"
    case .emptyBody: "USAJOBS answered with an empty body"
    case .tooLarge(let limit): "USAJOBS answered with more than \(limit) bytes for one page"
    case .refused(let status, let beginning):
      "USAJOBS refused the request with status \(status): \(beginning)"
    case .outOfTime: "there is no time left to ask USAJOBS for the next page"
    }
  }

  /// Whether the same request may succeed later.
  package var isRetriable: Bool {
    switch self {
    case .throttled, .unavailable, .timedOut, .notJSON, .malformed, .emptyBody: true
    case .unauthorized, .tooLarge, .refused, .outOfTime: false
    }
  }
}

extension SearchFault {
  private static let space = [UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0A, 0x0D]
  private static let longestBeginning = 160

  /// Checks the status of an answer and the beginning of its body; nil if it can be a page.
  ///
  /// The content type is ignored: the service sends `application/hr+json`, and a proxy might change
  /// it. Secrets that the body echoes are left out of the fault.
  init?(_ response: HTTPResponse, hiding secrets: [String]) {
    switch response.status {
    case 200..<300:
      guard let first = response.body.first(where: { !Self.space.contains($0) }) else {
        self = .emptyBody
        return
      }
      guard first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return nil }
      self = .notJSON(Self.beginning(of: response.body, hiding: secrets))
    case 300..<400:
      let target = Array((response.headers["Location"] ?? "nowhere").utf8)
      self = .refused(
        status: response.status,
        "it redirects to \(Self.beginning(of: target, hiding: secrets)), which is not followed")
    case 401, 403: self = .unauthorized(status: response.status)
    case 408, 500...: self = .unavailable(reason: "it answered with status \(response.status)")
    case 429: self = .throttled(retryAfter: response.head.retryAfter)
    default:
      self = .refused(
        status: response.status, Self.beginning(of: response.body, hiding: secrets))
    }
  }

  /// Explains why a request was not answered; `isLast` if it had all the remaining time.
  init(_ error: HTTPError, isLast: Bool, bodyLimit: Int) {
    switch error.code {
    case .timedOut, .stalled: self = isLast ? .outOfTime : .timedOut
    case .tooLarge: self = .tooLarge(limit: bodyLimit)
    default: self = .unavailable(reason: error.message)
    }
  }

  /// Reads a body and turns errors into faults.
  static func reading<Value>(
    _ bytes: Span<UInt8>, _ read: Reading<Value>
  ) throws(SearchFault) -> Value {
    do throws(JSONError) {
      return try read(bytes)
    } catch {
      throw .malformed(error)
    }
  }

  /// The delay that the service requests.
  var retryAfter: Duration? {
    guard case .throttled(let retryAfter) = self else { return nil }
    return retryAfter
  }

  /// The beginning of a text as one line of ASCII, without secrets.
  private static func beginning(of bytes: [UInt8], hiding secrets: [String]) -> String {
    var text = String(decoding: bytes.prefix(4096), as: UTF8.self)
    for secret in secrets { text = text.substituting(secret, by: "[hidden]") }
    let visible = text.unicodeScalars.map {
      $0.isASCII && $0.value > 0x20 && $0.value != 0x7F ? Character($0) : " "
    }
    return String(visible.split(separator: " ").joined(separator: " ").prefix(longestBeginning))
  }
}
