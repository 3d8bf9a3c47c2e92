internal import JSON

/// The response to an HTTP request, and the JSON that carries it through the gateway.
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
    writer.member("statusCode", status)
    writeHeaders(for: shape, to: &writer)
    writer.member("isBase64Encoded", isBase64)
    writer.key("body")
    writer.reserve(writer.bytes.count + body.count + body.count / 3 + 64)
    if isBase64 {
      writer.base64(body.span)
    } else {
      writer.string(utf8: body.span)
    }
    writer.endObject()
    return writer.bytes
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
      writer.member(field.name, field.values.joined(separator: ", "))
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

/// The header fields of a response, with the values of one name gathered.
struct ResponseFields {
  /// One name, spelt as it first came, and its values.
  struct Field {
    let name: String
    let folded: String
    var values: [String]
  }

  private(set) var all: [Field] = []

  init(_ headers: [(name: String, value: String)]) {
    for (name, value) in headers {
      let folded = HTTPHeaders.folded(name)
      if let index = all.firstIndex(where: { $0.folded == folded }) {
        all[index].values.append(Self.singleLine(value))
      } else {
        all.append(Field(name: name, folded: folded, values: [Self.singleLine(value)]))
      }
    }
  }

  /// Takes out the field of a name, given in lower case.
  mutating func remove(_ folded: String) -> [String] {
    guard let index = all.firstIndex(where: { $0.folded == folded }) else { return [] }
    return all.remove(at: index).values
  }

  /// Takes out the fields that have more than one value.
  mutating func removeRepeated() -> [Field] {
    let repeated = all.filter { $0.values.count > 1 }
    all.removeAll { $0.values.count > 1 }
    return repeated
  }

  /// Puts a space for what would end the field, as RFC 9110 has it (section 5.5).
  private static func singleLine(_ value: String) -> String {
    guard value.utf8.contains(where: isLineBreak) else { return value }
    return String(decoding: value.utf8.map { isLineBreak($0) ? 0x20 : $0 }, as: UTF8.self)
  }

  private static func isLineBreak(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == 0x0D || byte == 0
  }
}
