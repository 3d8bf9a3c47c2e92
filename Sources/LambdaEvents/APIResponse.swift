internal import JSON

/// The answer to an HTTP request, and the JSON that carries it through the gateway.
public struct APIResponse: Sendable {
  /// The status code.
  public var status: Int
  /// The header fields, in order; a name may come more than once.
  public var headers: [(name: String, value: String)]
  /// The body's bytes.
  public var body: [UInt8]
  /// Whether the body is sent as base64 although it is UTF-8.
  ///
  /// A body that is not UTF-8, such as a compressed one, is sent as base64 in any case.
  public var isBinary: Bool

  /// Makes a response.
  public init(
    status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    isBinary: Bool = false
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isBinary = isBinary
  }

  /// The bytes a function returns to the front door the request came through.
  ///
  /// A repeated field goes into `multiValueHeaders` for a REST API. The others know no such thing:
  /// cookies go into `cookies`, and other fields are joined by commas, which means the same in HTTP.
  ///
  /// The formats are described under "Set up Lambda proxy integrations" and "Create AWS Lambda proxy
  /// integrations for HTTP APIs" in the Amazon API Gateway Developer Guide.
  public func payload(for shape: APIRequest.Shape) -> [UInt8] {
    let isBase64 = isBinary || !isUTF8
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("statusCode")
    writer.integer(status)
    writeHeaders(for: shape, to: &writer)
    writer.key("isBase64Encoded")
    writer.bool(isBase64)
    writer.key("body")

    // The body follows in place, because it may be megabytes and the writer would copy it.
    var payload = writer.bytes
    payload.reserveCapacity(payload.count + body.count + body.count / 3 + 64)
    payload.append(UInt8(ascii: "\""))
    if isBase64 {
      Base64.append(body.span, to: &payload)
    } else {
      JSONBodyText().append(body.span, to: &payload)
    }
    payload.append(contentsOf: "\"}".utf8)
    return payload
  }

  private var isUTF8: Bool {
    (try? UTF8Span(validating: body.span)) != nil
  }

  private func writeHeaders(for shape: APIRequest.Shape, to writer: inout JSONWriter) {
    var fields = ResponseFields(headers)
    let cookies = shape == .v1 ? [] : fields.remove("set-cookie")
    let repeated = shape == .v1 ? fields.removeRepeated() : []
    writer.key("headers")
    writer.beginObject()
    for field in fields.all {
      writer.key(field.name)
      writer.string(field.values.joined(separator: ", "))
    }
    writer.endObject()
    if !repeated.isEmpty {
      writer.key("multiValueHeaders")
      writer.beginObject()
      for field in repeated {
        writer.key(field.name)
        Self.write(field.values, to: &writer)
      }
      writer.endObject()
    }
    if !cookies.isEmpty {
      writer.key("cookies")
      Self.write(cookies, to: &writer)
    }
  }

  private static func write(_ values: [String], to writer: inout JSONWriter) {
    writer.beginArray()
    for value in values { writer.string(value) }
    writer.endArray()
  }
}
