package import JSON
internal import LambdaRuntime

/// Why a page of a search could not be had.
///
/// It holds no key, no address of its owner and no posting.
package enum SearchFault: FunctionError, Equatable {
  /// The key, or the address that goes with it, was refused.
  case unauthorized(status: Int)
  /// The service asked for a slower pace, for longer than we could wait.
  case throttled(retryAfter: Duration?)
  /// The service could not be reached or failed.
  case unavailable(reason: String)
  /// No answer came within the time that one request may take.
  case timedOut
  /// A success whose body is something else than JSON; the text is how it begins.
  case notJSON(String)
  /// JSON that is cut short, or of another shape than a search result.
  case malformed(JSONError)
  /// A success without a body.
  case emptyBody
  /// The body is larger than so many bytes: ask for fewer postings a page.
  case tooLarge(limit: Int)
  /// Another status than any of these; the text is how the body begins, or where it redirects.
  case refused(status: Int, String)
  /// The invocation's own time is over.
  case outOfTime

  /// Reads the body of a page.
  package typealias Reading<Value> = (Span<UInt8>) throws(JSONError) -> Value
}

extension SearchFault {
  /// A name for reports that stays the same.
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

  /// What went wrong, and what to do about it where that is known.
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
