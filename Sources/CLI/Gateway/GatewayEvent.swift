import HTTP
import JSON
package import System

/// An HTTP request in the form API Gateway's HTTP APIs hand to a function: payload format 2.0.
///
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
package struct GatewayEvent: Sendable {
  package var request: ServerRequest
  package var requestID: String
  package var time: WallClock

  package init(_ request: ServerRequest, requestID: String, time: WallClock) {
    self.request = request
    self.requestID = requestID
    self.time = time
  }

  private static let client = "127.0.0.1"

  package func json() -> [UInt8] {
    var json = JSONWriter()
    json.reserve(request.body.count * 4 / 3 + 2048)
    json.beginObject()
    json.member("version", "2.0")
    json.member("routeKey", "$default")
    json.member("rawPath", request.path)
    json.member("rawQueryString", request.query)
    let cookies = self.cookies
    if !cookies.isEmpty {
      json.key("cookies")
      json.beginArray()
      for cookie in cookies { json.string(cookie) }
      json.endArray()
    }
    json.key("headers")
    json.object(headers)
    let parameters = queryParameters
    if !parameters.isEmpty {
      json.key("queryStringParameters")
      json.object(parameters)
    }
    writeContext(to: &json)
    writeBody(to: &json)
    json.endObject()
    return json.bytes
  }

  private func writeContext(to json: inout JSONWriter) {
    json.key("requestContext")
    json.beginObject()
    json.member("accountId", FunctionARN.account)
    json.member("apiId", "local")
    json.member("domainName", request.headers["Host"] ?? "localhost")
    json.member("domainPrefix", "local")
    json.key("http")
    json.beginObject()
    json.member("method", request.method)
    json.member("path", request.path)
    json.member("protocol", "HTTP/1.1")
    json.member("sourceIp", Self.client)
    json.member("userAgent", request.headers["User-Agent"] ?? "")
    json.endObject()
    json.member("requestId", requestID)
    json.member("routeKey", "$default")
    json.member("stage", "$default")
    json.member("time", commonLogTime)
    json.member("timeEpoch", time.milliseconds)
    json.endObject()
  }

  /// The time as `12/Mar/2020:19:03:58 +0000`.
  private var commonLogTime: String {
    let date = time.date
    let month = CivilDate.monthNames[date.month - 1]
    return "\(padded(date.day))/\(month)/\(padded(date.year, 4)):\(time.timeOfDay) +0000"
  }

  private func writeBody(to json: inout JSONWriter) {
    let isText = request.body.isEmpty || (Self.isText(contentType) && request.body.isUTF8)
    if !request.body.isEmpty {
      json.key("body")
      if isText {
        json.string(utf8: request.body.span)
      } else {
        json.string(String(decoding: Base64.encode(request.body), as: UTF8.self))
      }
    }
    json.member("isBase64Encoded", !isText)
  }

  private var contentType: String? { request.headers["Content-Type"] }

  /// Whether the gateway passes a body of this type as text.
  package static func isText(_ contentType: String?) -> Bool {
    guard let contentType else { return true }
    let type = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    return type.hasPrefix("text/") || type.hasSuffix("+json") || type.hasSuffix("+xml")
      || ["application/json", "application/xml", "application/javascript"].contains(type)
  }

  /// The gateway takes cookies out of the headers and splits them.
  private var cookies: [String] {
    request.headers.all("Cookie").flatMap { $0.split(separator: ";") }
      .map { String($0.drop { $0 == " " }) }
  }

  private var headers: [(name: String, value: String)] {
    var joined = Joined()
    for header in request.headers.fields where header.name.lowercased() != "cookie" {
      joined.add(header.name.lowercased(), header.value)
    }
    joined.add("x-forwarded-for", Self.client)
    joined.add("x-forwarded-proto", "http")
    return joined.pairs
  }

  private var queryParameters: [(name: String, value: String)] {
    var joined = Joined()
    for (name, value) in request.parameters { joined.add(name, value) }
    return joined.pairs
  }
}

/// Pairs of which those of one name are joined by commas, in order of first appearance.
private struct Joined {
  private(set) var pairs: [(name: String, value: String)] = []
  private var places: [String: Int] = [:]

  mutating func add(_ name: String, _ value: String) {
    if let place = places[name] {
      pairs[place].value += "," + value
    } else {
      places[name] = pairs.count
      pairs.append((name, value))
    }
  }
}

extension [UInt8] {
  var isUTF8: Bool { String(validating: self, as: UTF8.self) != nil }
}
