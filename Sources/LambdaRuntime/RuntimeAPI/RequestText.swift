/// The requests of one worker as bytes, written into one array that is kept.
struct RequestText {
  private(set) var bytes: [UInt8] = []

  /// `GET …/next`, which never changes.
  let next: [UInt8]

  private let host: [UInt8]

  init(authority: String) {
    host = Array(" HTTP/1.1\r\nHost: \(authority)\r\n".utf8)
    next = Array("GET /2018-06-01/runtime/invocation/next".utf8) + host + Array("\r\n".utf8)
    bytes.reserveCapacity(1024)
  }

  /// `POST …/response` with an answer that is complete.
  mutating func setResponse(requestID: String, contentLength: Int) {
    begin("POST /2018-06-01/runtime/invocation/", requestID, "/response")
    append("Content-Type: application/json\r\n")
    endPlain(contentLength: contentLength)
  }

  /// `POST …/response` with an answer that comes in chunks.
  mutating func setStreamedResponse(requestID: String, contentType: String) {
    begin("POST /2018-06-01/runtime/invocation/", requestID, "/response")
    append("Content-Type: ")
    append(contentType)
    append("\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n")
    append("Transfer-Encoding: chunked\r\nTrailer: Lambda-Runtime-Function-Error-Type, ")
    append("Lambda-Runtime-Function-Error-Body\r\n\r\n")
  }

  /// `POST …/error` for an invocation, or `POST /runtime/init/error` for none.
  mutating func setError(requestID: String?, _ report: ErrorReport) {
    if let requestID {
      begin("POST /2018-06-01/runtime/invocation/", requestID, "/error")
    } else {
      begin("POST /2018-06-01/runtime/init/error", "", "")
    }
    append("Content-Type: application/vnd.aws.lambda.error+json\r\n")
    append("Lambda-Runtime-Function-Error-Type: ")
    append(report.type)
    append("\r\nLambda-Runtime-Function-XRay-Error-Cause: ")
    bytes.append(contentsOf: report.xRayCause)
    append("\r\n")
    endPlain(contentLength: report.body.count)
  }

  private mutating func begin(_ prefix: StaticString, _ requestID: String, _ suffix: StaticString) {
    bytes.removeAll(keepingCapacity: true)
    append(prefix)
    append(requestID)
    append(suffix)
    bytes.append(contentsOf: host)
  }

  private mutating func endPlain(contentLength: Int) {
    append("Content-Length: ")
    appendDigits(of: contentLength)
    append("\r\n\r\n")
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func appendDigits(of number: Int) {
    if number >= 10 { appendDigits(of: number / 10) }
    bytes.append(0x30 + UInt8(number % 10))
  }
}
