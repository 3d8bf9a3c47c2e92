package import HTTP
internal import System

/// Signs requests by AWS Signature Version 4.
///
/// Path and query are signed as they are sent, encoded once, which is the rule of S3 and, for the
/// plain paths used here, that of the other services too. libcurl's own signer is not used: it
/// fails on queries that are not sorted and on reserved bytes in a path.
///
/// The format is that of the IAM user guide, "Create a signed AWS API request".
package struct SignatureV4 {
  let credentials: Credentials
  let region: String
  let service: String
  let date: SigningDate

  package init(credentials: Credentials, region: String, service: String, unixTime: Int64) {
    self.credentials = credentials
    self.region = region
    self.service = service
    date = SigningDate(unixTime: unixTime)
  }

  /// Stands for the hash of a body that is not signed.
  package static let unsignedPayload = "UNSIGNED-PAYLOAD"

  /// Returns what stands for a body that is signed.
  package static func payloadHash(_ body: [UInt8]) -> String { Digest.hex(Digest.sha256(body)) }

  /// Returns a request's fields, with those that prove who sent it.
  ///
  /// The payload's hash is the SHA-256 of the body in hexadecimal digits, or
  /// ``unsignedPayload``; S3 also wants it in a header.
  package func sign(_ request: SignableRequest, payloadHash: String) -> HTTPFields {
    var headers = request.headers
    headers.replace("X-Amz-Date", date.stamp)
    if let token = credentials.sessionToken { headers.replace("X-Amz-Security-Token", token) }
    if service == "s3" { headers.replace("X-Amz-Content-SHA256", payloadHash) }
    let (lines, names) = canonicalHeaders(headers, host: request.host)
    let signature = signature(
      canonicalRequest(request, query: request.query, lines, names, payloadHash))
    headers.replace(
      "Authorization",
      "AWS4-HMAC-SHA256 Credential=\(credential), SignedHeaders=\(names), "
        + "Signature=\(signature)")
    return headers
  }

  /// Returns the query of an address that lets its bearer send the request until it expires.
  package func presignedQuery(
    _ request: SignableRequest, expires: Duration, payloadHash: String = unsignedPayload
  ) -> String {
    let (lines, names) = canonicalHeaders(request.headers, host: request.host)
    var items = [
      (name: "X-Amz-Algorithm", value: "AWS4-HMAC-SHA256"),
      (name: "X-Amz-Credential", value: credential),
      (name: "X-Amz-Date", value: date.stamp),
      (name: "X-Amz-Expires", value: String(expires.components.seconds)),
      (name: "X-Amz-SignedHeaders", value: names),
    ]
    if let token = credentials.sessionToken {
      items.append((name: "X-Amz-Security-Token", value: token))
    }
    let query =
      (request.query.isEmpty ? "" : request.query + "&") + PercentEncoding.query(items)
    let signature = signature(canonicalRequest(request, query: query, lines, names, payloadHash))
    return "\(query)&X-Amz-Signature=\(signature)"
  }

  /// The credential as it stands in requests: the key, and what its signature is for.
  var credential: String { "\(credentials.accessKeyID)/\(scope)" }

  private var scope: String { "\(date.day)/\(region)/\(service)/aws4_request" }

  private func signature(_ canonicalRequest: String) -> String {
    let hash = Digest.hex(Digest.sha256(Array(canonicalRequest.utf8)))
    return signature(of: "AWS4-HMAC-SHA256\n\(date.stamp)\n\(scope)\n\(hash)")
  }

  /// Signs a text by the key of the day, region and service.
  func signature(of text: String) -> String {
    var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
    for part in [date.day, region, service, "aws4_request"] { key = Digest.hmac(part, key: key) }
    return Digest.hex(Digest.hmac(text, key: key))
  }

  private func canonicalRequest(
    _ request: SignableRequest, query: String, _ headerLines: String, _ headerNames: String,
    _ payloadHash: String
  ) -> String {
    """
    \(request.method)
    \(request.path)
    \(canonicalQuery(query))
    \(headerLines)
    \(headerNames)
    \(payloadHash)
    """
  }

  /// Sorts a query by its encoded names, then values; a name alone has an empty value.
  private func canonicalQuery(_ query: String) -> String {
    let items = query.split(separator: "&").map { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (name: parts[0], value: parts.count > 1 ? parts[1] : "")
    }
    // Encoded text is ASCII, where the order of strings is the order of bytes.
    let sorted = items.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    return sorted.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  /// Returns the lines of the signed headers, each with its end, and their names.
  private func canonicalHeaders(
    _ headers: HTTPFields, host: String
  ) -> (lines: String, names: String) {
    var values: [String: [String]] = ["host": [host]]
    for field in headers.fields {
      let name = field.name.lowercased()
      guard !SignatureV4.unsignedHeaders.contains(name) else { continue }
      values[name, default: []].append(collapsed(field.value))
    }
    let sorted = values.sorted { $0.key < $1.key }
    return (
      sorted.map { "\($0.key):\($0.value.joined(separator: ","))\n" }.joined(),
      sorted.map(\.key).joined(separator: ";")
    )
  }

  /// Removes outer white space and leaves one blank of inner runs.
  private func collapsed(_ value: String) -> String {
    value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
  }

  // Fields that something between here and the service may change.
  private static let unsignedHeaders: Set<String> = [
    "authorization", "connection", "expect", "host", "transfer-encoding", "user-agent",
    "x-amzn-trace-id",
  ]
}

/// Describes a request by its encoded parts, as they are signed and sent.
package struct SignableRequest: Sendable {
  var method: String
  /// The host, with its port unless that is the scheme's own.
  var host: String
  /// The path, percent-encoded.
  var path: String
  /// The query, percent-encoded, without its question mark.
  var query: String
  var headers: HTTPFields

  package init(
    method: String, host: String, path: String, query: String = "", headers: HTTPFields = [:]
  ) {
    self.method = method
    self.host = host
    self.path = path
    self.query = query
    self.headers = headers
  }
}

/// Writes a time as Signature Version 4 wants it, such as `20130524T000000Z`.
struct SigningDate: Sendable {
  let unixTime: Int64
  /// Date and time.
  let stamp: String
  /// The date alone.
  var day: String { String(stamp.prefix(8)) }

  /// Makes the text of a Unix time.
  init(unixTime: Int64) {
    self.unixTime = unixTime
    stamp = WallClock(seconds: unixTime).iso8601.filter { $0 != "-" && $0 != ":" }
  }
}
