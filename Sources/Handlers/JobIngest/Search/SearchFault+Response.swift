internal import HTTP
internal import JSON
internal import System

extension SearchFault {
  private static let space = [UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0A, 0x0D]
  private static let longestBeginning = 160

  /// Judges an answer by its status and how its body begins; none when it may be a page.
  ///
  /// The type that the service states is not asked for: it is `application/hr+json`, and what
  /// stands between us and the service may state another.
  /// A body may echo the secrets; the fault does not.
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

  /// Says why a request was not answered.
  ///
  /// The last is the one that had all the time that was left.
  init(_ error: HTTPError, isLast: Bool, bodyLimit: Int) {
    switch error.code {
    case .timedOut, .stalled: self = isLast ? .outOfTime : .timedOut
    case .tooLarge: self = .tooLarge(limit: bodyLimit)
    default: self = .unavailable(reason: error.message)
    }
  }

  /// Reads a body and makes what does not fit a fault.
  static func reading<Value>(
    _ bytes: Span<UInt8>, _ read: Reading<Value>
  ) throws(SearchFault) -> Value {
    do throws(JSONError) {
      return try read(bytes)
    } catch {
      throw .malformed(error)
    }
  }

  /// How long the service asks to be left alone.
  var retryAfter: Duration? {
    guard case .throttled(let retryAfter) = self else { return nil }
    return retryAfter
  }

  /// The beginning of a text in one line of ASCII, with secrets left out.
  private static func beginning(of bytes: [UInt8], hiding secrets: [String]) -> String {
    var text = String(decoding: bytes.prefix(4096), as: UTF8.self)
    for secret in secrets { text = text.substituting(secret, by: "[hidden]") }
    let visible = text.unicodeScalars.map {
      $0.isASCII && $0.value > 0x20 && $0.value != 0x7F ? Character($0) : " "
    }
    return String(visible.split(separator: " ").joined(separator: " ").prefix(longestBeginning))
  }
}
