internal import AWS
internal import Compression
internal import LambdaEvents

/// Applies to every response what the caller asked for and every response has: conditions (ETag, 304),
/// compression, CORS and cache headers.
struct ResponseFilter {
  private let request: APIRequest
  private let settings: APISettings

  /// Below this, compressing costs more than it saves.
  private static let leastCompressed = 1400

  init(_ request: APIRequest, _ settings: APISettings) {
    self.request = request
    self.settings = settings
  }

  /// Applies all of it to a response that is whole.
  func apply(to answer: APIResponse) -> APIResponse {
    var answer = addHeaders(to: answer)
    if answer.status == 200, ["GET", "HEAD"].contains(request.method) {
      let tag = Self.tag(of: answer.body)
      answer.headers.append(("etag", tag))
      if hasAlready(tag) {
        answer.status = 304
        answer.body = []
        answer.headers.removeAll { $0.name == "content-type" }
      }
    }
    if request.method == "HEAD" {
      answer.body = []
    } else {
      compress(&answer)
    }
    return answer
  }

  /// Adds the headers that do not depend on the body.
  func addHeaders(to answer: APIResponse) -> APIResponse {
    var answer = answer
    if let origin = request.headers["origin"], let allowed = allowed(origin) {
      answer.headers.append(("access-control-allow-origin", allowed))
      answer.headers.append(
        ("access-control-expose-headers", "link, etag, x-total-count, retry-after, location"))
      if request.method == "OPTIONS" { answer.headers += Self.preflight }
    }
    // What one caller gets is no other's: neither by a shared cache nor by one in another form.
    answer.headers.append(("vary", "authorization, accept, accept-encoding, origin"))
    if !answer.headers.contains(where: { $0.name == "cache-control" }) {
      answer.headers.append(("cache-control", "private, no-cache"))
    }
    answer.headers.append(("x-content-type-options", "nosniff"))
    return answer
  }

  private func allowed(_ origin: String) -> String? {
    if settings.corsOrigins.contains("*") { return "*" }
    return settings.corsOrigins.contains(origin) ? origin : nil
  }

  private static let preflight: [(name: String, value: String)] = [
    ("access-control-allow-methods", "GET, HEAD, POST, DELETE, OPTIONS"),
    ("access-control-allow-headers", "authorization, content-type, if-none-match"),
    ("access-control-max-age", "600"),
  ]

  /// A weak validator: the same for a body whether it is compressed or not (RFC 9110, section 8.8).
  private static func tag(of body: [UInt8]) -> String {
    "W/\"\(Digest.hex(Array(Digest.sha256(body).prefix(16))))\""
  }

  /// Whether `If-None-Match` names the tag.
  private func hasAlready(_ tag: String) -> Bool {
    guard let tags = request.headers["if-none-match"] else { return false }
    return tags.split(separator: ",").contains { candidate in
      let candidate = candidate.drop { $0 == " " }.prefix { $0 != " " }
      return candidate == "*" || candidate == tag || "W/\(candidate)" == tag
    }
  }

  /// Compresses a body for callers who take gzip.
  ///
  /// A REST API would hand the base64 on as it is, unless it is told otherwise; so it gets none.
  private func compress(_ answer: inout APIResponse) {
    guard request.shape != .v1, answer.body.count >= Self.leastCompressed, takesGzip,
      !answer.headers.contains(where: { $0.name == "content-encoding" }),
      let compressed = Gzip.compressed(answer.body.span), compressed.count < answer.body.count
    else { return }
    answer.body = compressed
    answer.isBinary = true
    answer.headers.append(("content-encoding", "gzip"))
  }

  private var takesGzip: Bool {
    guard let accepted = request.headers["accept-encoding"] else { return false }
    return WeightedItem.items(of: accepted).contains {
      ($0.name == "gzip" || $0.name == "*") && $0.weight > 0
    }
  }
}
