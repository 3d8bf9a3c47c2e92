internal import HTTP
internal import JSON

/// Holds the code and the message that a service puts into the body of an error.
struct ServiceFault: Sendable, Equatable {
  let code: String
  let message: String

  /// Says how a service writes its errors.
  enum Format: Sendable {
    case xml
    case json
  }

  /// Reads a fault; a body that holds none leaves what the status says.
  init(_ response: HTTPResponse, _ format: Format) {
    let written: ServiceFault? =
      switch format {
      case .xml: ServiceFault(xml: response.body)
      case .json: ServiceFault(json: response)
      }
    self = written ?? ServiceFault(status: response.status, format)
  }

  /// Keeps the first line of what a service wrote.
  ///
  /// A refused signature is explained with the text that should have been signed, on lines of its
  /// own, and that text holds the session token.
  private init(code: String, written message: String) {
    let line = message.split(separator: "\n", omittingEmptySubsequences: true).first ?? ""
    self.init(code: code, message: String(line.prefix(500)))
  }

  private init(code: String, message: String) {
    self.code = code
    self.message = message
  }

  /// Names what a status means where the answer has no body, as to `HEAD`.
  private init(status: Int, _ format: Format) {
    switch (format, status) {
    case (_, 403): self.init(code: "AccessDenied", message: "access denied")
    case (_, 503):
      self.init(code: "ServiceUnavailable", message: "the service is not available")
    // XML is spoken by S3 alone.
    case (.xml, 301), (.xml, 307):
      self.init(code: "PermanentRedirect", message: "the bucket is elsewhere")
    case (.xml, 304): self.init(code: "NotModified", message: "the object has not changed")
    case (.xml, 404): self.init(code: "NoSuchKey", message: "there is no such object")
    case (.xml, 412): self.init(code: "PreconditionFailed", message: "the object has changed")
    case (.xml, 416): self.init(code: "InvalidRange", message: "the object has no such range")
    default: self.init(code: "Status\(status)", message: "the service answered \(status)")
    }
  }

  private init?(xml body: [UInt8]) {
    let text = String(decoding: body, as: UTF8.self)
    guard let code = XML.firstText(of: "Code", in: text), !code.isEmpty else { return nil }
    self.init(code: code, written: XML.firstText(of: "Message", in: text) ?? "")
  }

  private struct Body: Decodable {
    let __type: String?
    let message: String?
    let Message: String?
  }

  private init?(json response: HTTPResponse) {
    let body = try? JSON.decode(Body.self, from: response.body)
    // Services with paths of their own, as SES, name the type in a header, the others in the body.
    guard let type = response.headers["x-amzn-ErrorType"] ?? body?.__type else { return nil }
    // `com.amazonaws.sqs#QueueDoesNotExist:http://…`: only the middle is the name.
    let name = type.prefix { $0 != ":" }.split(separator: "#").last ?? ""
    guard !name.isEmpty else { return nil }
    self.init(code: String(name.prefix(100)), written: body?.message ?? body?.Message ?? "")
  }
}
