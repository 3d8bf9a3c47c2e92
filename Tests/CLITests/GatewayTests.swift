import CLI
import HTTP
import JSON
import LambdaEvents
import Testing
import System

@Suite struct `Gateway events` {
  static func event(_ request: ServerRequest) throws -> JSONValue {
    try JSON.decode(JSONValue.self, from: bytes(request))
  }

  static func bytes(_ request: ServerRequest) -> [UInt8] {
    GatewayEvent(
      request, requestID: "id-1", time: WallClock(milliseconds: 1_584_039_838_005)
    ).json()
  }

  @Test func `a GET becomes payload format 2_0`() throws {
    let event = try Self.event(
      ServerRequest(
        method: "GET", target: "/read/a%20b?x=1&x=2&y=a+b%26&z",
        headers: [
          "Host": "127.0.0.1:8080", "Accept": "a", "accept": "b", "User-Agent": "curl",
          "Cookie": "one=1; two=2", "cookie": "three=3",
        ]))
    #expect(event["version"] == .string("2.0"))
    #expect(event["rawPath"] == .string("/read/a%20b"))
    #expect(event["rawQueryString"] == .string("x=1&x=2&y=a+b%26&z"))
    #expect(event["cookies"] == .array([.string("one=1"), .string("two=2"), .string("three=3")]))
    #expect(event["headers"]?["accept"] == .string("a,b"))
    #expect(event["headers"]?["cookie"] == nil)
    #expect(event["headers"]?["x-forwarded-for"] == .string("127.0.0.1"))
    #expect(
      event["queryStringParameters"]
        == .object(["x": .string("1,2"), "y": .string("a b&"), "z": .string("")]))
    #expect(event["body"] == nil)
    #expect(event["isBase64Encoded"] == .bool(false))
    let context = event["requestContext"]
    #expect(context?["http"]?["method"] == .string("GET"))
    #expect(context?["http"]?["userAgent"] == .string("curl"))
    #expect(context?["requestId"] == .string("id-1"))
    #expect(context?["time"] == .string("12/Mar/2020:19:03:58 +0000"))
    #expect(context?["timeEpoch"] == .integer(1_584_039_838_005))
  }

  @Test func `a request without query or cookies leaves those out`() throws {
    let event = try Self.event(ServerRequest(method: "GET", target: "/"))
    #expect(event["rawQueryString"] == .string(""))
    #expect(event["queryStringParameters"] == nil)
    #expect(event["cookies"] == nil)
  }

  static let bodies: [(type: String?, body: [UInt8], isText: Bool)] = [
    ("application/json; charset=utf-8", Array("{\"ä\":1}".utf8), true),
    ("text/csv", Array("a,b\n".utf8), true),
    ("application/problem+json", Array("{}".utf8), true),
    (nil, Array("plain".utf8), true),
    ("text/plain", [0xff, 0xfe], false),
    ("application/octet-stream", Array("abc".utf8), false),
    ("image/png", [0x89, 0x50], false),
    ("application/x-www-form-urlencoded", Array("a=b".utf8), false),
  ]

  @Test(arguments: bodies)
  func `a body is text or base64`(type: String?, body: [UInt8], isText: Bool) throws {
    let request = ServerRequest(
      method: "POST", target: "/x", headers: type.map { ["Content-Type": $0] } ?? [:], body: body)
    let event = try Self.event(request)
    #expect(event["isBase64Encoded"] == .bool(!isText))
    let text =
      isText
      ? String(decoding: body, as: UTF8.self) : String(decoding: Base64.encode(body), as: UTF8.self)
    #expect(event["body"] == .string(text))
    let decoded = try JSON.decode(APIRequest.self, from: Self.bytes(request))
    #expect(try decoded.body == body)
    #expect(decoded.method == "POST")
  }
}

@Suite struct `Gateway replies` {
  static func reply(_ text: String) -> ServerResponse {
    GatewayReply.response(
      to: .response(InvocationResponse(contentType: "application/json", body: Array(text.utf8))))
  }

  @Test func `a structured answer is taken apart`() {
    let answer = Self.reply(
      #"""
      {"statusCode":201,"headers":{"X-A":"1","x-count":7,"content-length":"99"},
       "cookies":["a=1","b=2"],"body":"é"}
      """#)
    #expect(answer.status == 201)
    #expect(answer.headers["x-a"] == "1")
    #expect(answer.headers["x-count"] == "7")
    #expect(answer.headers["content-length"] == nil)
    #expect(answer.headers.all("Set-Cookie") == ["a=1", "b=2"])
    #expect(answer.body == Array("é".utf8))
    #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
  }

  @Test func `an answer of our own library arrives as it was meant`() {
    let bytes: [UInt8] = [0, 1, 2, 255]
    let text = String(
      decoding: APIResponse(
        status: 200, headers: [("content-type", "image/png")], body: bytes, isBinary: true
      ).payload(for: .v2), as: UTF8.self)
    let answer = Self.reply(text)
    #expect(answer.body == bytes)
    #expect(answer.headers["content-type"] == "image/png")
  }

  static let bare = [#"{"a":1}"#, "[1,2]", "\"x\"", "null"]

  @Test(arguments: bare)
  func `any other JSON is the body itself`(text: String) {
    let answer = Self.reply(text)
    #expect(answer.status == 200)
    #expect(answer.headers["Content-Type"] == "application/json")
    #expect(answer.body == Array(text.utf8))
  }

  static let malformed = [
    "nonsense", #"{"statusCode":"abc"}"#, #"{"statusCode":99}"#, #"{"statusCode":600}"#,
    #"{"statusCode":200,"body":"*","isBase64Encoded":true}"#,
    #"{"statusCode":200,"headers":{"a":[]}}"#,
  ]

  @Test(arguments: malformed)
  func `an answer that is none is a 502`(text: String) {
    let answer = Self.reply(text)
    #expect(answer.status == 502)
    #expect(answer.body == Array(#"{"message":"Internal server error"}"#.utf8))
    #expect(answer.headers["X-Amz-Function-Error"] == "Gateway.MalformedReply")
  }

  static let failures = [
    ("Function.BadEvent", 502), ("Runtime.ExitError", 502), ("Sandbox.Timedout", 504),
  ]

  @Test(arguments: failures)
  func `a function error is told by status only`(type: String, status: Int) {
    let failure = InvocationFailure(type: type, body: Array(#"{"errorMessage":"secret"}"#.utf8))
    let answer = GatewayReply.response(to: .failure(failure))
    #expect(answer.status == status)
    #expect(answer.headers["X-Amz-Function-Error"] == type)
    #expect(!String(decoding: answer.body, as: UTF8.self).contains("secret"))
  }

  @Test func `a streamed answer brings its prelude`() {
    let body = Array(#"{"statusCode":203,"headers":{"x-a":"b"}}"#.utf8)
    let zeros = [UInt8](repeating: 0, count: 8)
    let answer = GatewayReply.response(
      to: .response(
        InvocationResponse(
          contentType: "application/vnd.awslambda.http-integration-response",
          body: body + zeros + [1, 0, 2], isStreamed: true)))
    #expect(answer.status == 203)
    #expect(answer.headers["x-a"] == "b")
    #expect(answer.body == [1, 0, 2])
  }

  @Test(arguments: [204, 304])
  func `a status without a body has none`(status: Int) {
    #expect(Self.reply(#"{"statusCode":\#(status),"body":"x"}"#).body.isEmpty)
  }
}
