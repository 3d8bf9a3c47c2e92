import JSON
import LambdaEvents
import Testing

private func payload(_ response: APIResponse, for shape: APIRequest.Shape = .v2) throws -> JSONValue
{
  try JSON.decode(JSONValue.self, from: response.payload(for: shape))
}

private let shapes: [APIRequest.Shape] = [.v1, .v2, .functionURL]

@Suite struct `A response` {
  @Test(arguments: shapes)
  func `has the four parts that every front door takes`(shape: APIRequest.Shape) throws {
    let response = APIResponse(
      status: 200, headers: [("Content-Type", "application/json")], body: Array("[]".utf8))
    #expect(
      String(decoding: response.payload(for: shape), as: UTF8.self) == """
        {"statusCode":200,"headers":{"Content-Type":"application/json"},\
        "isBase64Encoded":false,"body":"[]"}
        """)
  }

  @Test(arguments: shapes)
  func `without body or headers is still whole`(shape: APIRequest.Shape) throws {
    let value = try payload(APIResponse(status: 204), for: shape)
    #expect(value["statusCode"] == .integer(204) && value["body"] == .string(""))
    #expect(value["headers"] == .object([:]))
  }

  private static let repeating = APIResponse(
    status: 200,
    headers: [
      ("Set-Cookie", "a=1; Path=/"), ("Vary", "Accept"), ("Link", "</x>; rel=\"next\""),
      ("set-cookie", "b=2"), ("vary", "Authorization"),
    ])

  @Test func `for a REST API puts repeated fields beside the others`() throws {
    let value = try payload(Self.repeating, for: .v1)
    #expect(value["headers"] == .object(["Link": .string("</x>; rel=\"next\"")]))
    #expect(
      value["multiValueHeaders"]
        == .object([
          "Set-Cookie": .array([.string("a=1; Path=/"), .string("b=2")]),
          "Vary": .array([.string("Accept"), .string("Authorization")]),
        ]))
    #expect(value["cookies"] == nil)
  }

  @Test(arguments: [APIRequest.Shape.v2, .functionURL])
  func `for the others puts cookies aside and joins the rest`(shape: APIRequest.Shape) throws {
    let value = try payload(Self.repeating, for: shape)
    #expect(value["cookies"] == .array([.string("a=1; Path=/"), .string("b=2")]))
    #expect(
      value["headers"]
        == .object([
          "Link": .string("</x>; rel=\"next\""), "Vary": .string("Accept, Authorization"),
        ]))
    #expect(value["multiValueHeaders"] == nil)
  }

  @Test func `cannot be split by a line break in a field`() throws {
    let value = try payload(
      APIResponse(status: 200, headers: [("location", "/a\r\nset-cookie: x\0")]))
    #expect(value["headers"] == .object(["location": .string("/a  set-cookie: x ")]))
  }

  @Test func `escapes its body so that it comes back as it was`() throws {
    var random = SystemRandomNumberGenerator()
    let special = Array("\"\\\n\r\t\u{8}\u{C}\u{1}\u{1F}\u{7F}/é📄\u{2028}".unicodeScalars)
    for _ in 0..<2_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...80, using: &random) {
        let isSpecial = Int.random(in: 0..<6, using: &random) == 0
        text.unicodeScalars.append(
          isSpecial
            ? special[Int.random(in: 0..<special.count, using: &random)]
            : Unicode.Scalar(UInt8.random(in: 0x20..<0x7F, using: &random)))
      }
      let value = try payload(APIResponse(status: 200, body: Array(text.utf8)))
      #expect(value["body"].flatMap(\.string).map { Array($0.utf8) } == Array(text.utf8))
      #expect(value["isBase64Encoded"] == .bool(false))
    }
  }

  @Test func `escapes every byte at every place of a word`() throws {
    for byte in UInt8(0)..<0x80 {
      for place in 0..<17 {
        var body = [UInt8](repeating: UInt8(ascii: "x"), count: 17)
        body[place] = byte
        let value = try payload(APIResponse(status: 200, body: body))
        #expect(value["body"]?.string == String(decoding: body, as: UTF8.self))
      }
    }
  }

  @Test func `keeps a large body whole across the blocks it is written in`() throws {
    var body: [UInt8] = []
    while body.count < 100_000 { body += Array("{\"n\":\(body.count),\"é\":\"\\\u{1}\"}\n".utf8) }
    let value = try payload(APIResponse(status: 200, body: body))
    #expect(value["body"].flatMap(\.string).map { Array($0.utf8) } == body)
  }

  @Test func `sends bytes that are no text, or are marked binary, as base64`() throws {
    var random = SystemRandomNumberGenerator()
    for count in 0..<100 {
      var body = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      let response = APIResponse(status: 200, body: body, isBinary: true)
      #expect(try sentBack(response) == body)
      body.append(0xFF)
      #expect(try sentBack(APIResponse(status: 200, body: body)) == body)
    }
    let value = try payload(APIResponse(status: 200, body: Array("foob".utf8), isBinary: true))
    #expect(value["body"] == .string("Zm9vYg==") && value["isBase64Encoded"] == .bool(true))
  }

  /// The body of the response as a request of an event would have it, which decodes base64.
  private func sentBack(_ response: APIResponse) throws -> [UInt8] {
    let value = try payload(response)
    #expect(value["isBase64Encoded"] == .bool(true))
    let body = try #require(value["body"]?.string)
    let event = """
      {"httpMethod":"POST","path":"/","body":"\(body)","isBase64Encoded":true}
      """
    return try decode(APIRequest.self, event).body
  }
}
