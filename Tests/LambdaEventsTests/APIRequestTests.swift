import JSON
import LambdaEvents
import Testing

/// An event of an HTTP API (or a Function URL, by its domain) with what a test wants different.
private func v2(
  path: String = "/", query: String = "", stage: String = "$default",
  domain: String = "x.execute-api.us-east-1.amazonaws.com", more: String = "", context: String = ""
) -> String {
  """
  {"version":"2.0","rawPath":"\(path)","rawQueryString":"\(query)","requestContext":{
  "domainName":"\(domain)","stage":"\(stage)","http":{"method":"GET"}\(context)}\(more)}
  """
}

private let functionURL = "x.lambda-url.us-east-1.on.aws"

private func v1(path: String = "/", more: String = "") -> String {
  #"{"httpMethod":"GET","path":"\#(path)"\#(more)}"#
}

@Suite struct `A request` {
  @Test(arguments: [
    ("{}", ""), ("[]", ""), ("null", ""),
    (s3Event(), ""),
    (#"{"httpMethod":"GET","path":"/","requestContext":{"elb":{"targetGroupArn":"secret"}}}"#, ""),
    (#"{"version":"3.0","requestContext":{"http":{"method":"GET"}}}"#, "version"),
    (#"{"requestContext":{"http":{"method":"GET"}}}"#, "version"),
    (#"{"version":"2.0","requestContext":{"http":{"method":"GET"}}}"#, "rawPath"),
    (
      #"{"version":"2.0","rawPath":"/","rawQueryString":"","requestContext":{"http":{}}}"#,
      "requestContext.http.method"
    ),
    (v2(more: #","headers":["secret"]"#), "headers"),
    (v2(more: #","body":{"a":"secret"}"#), "body"),
    (v2(more: #","body":"","isBase64Encoded":"secret""#), "isBase64Encoded"),
    (v1(more: #","multiValueHeaders":{"a":"secret"}"#), "multiValueHeaders.a"),
  ])
  func `fault 27: of an unknown shape says where, and no value`(text: String, path: String) throws {
    let error = try #require(throws: JSONError.self) { try decode(APIRequest.self, text) }
    #expect(error.path == path)
    #expect(!"\(error)".contains("secret"))
    if path.isEmpty {
      for shape in ["HTTP API", "REST API", "Function URL"] {
        #expect(error.expected.contains(shape))
      }
    }
  }

  @Test(arguments: [
    ("/a/b", "$default", "/a/b", ""),
    ("/dev/a", "dev", "/a", "/dev"),
    ("/dev", "dev", "/", "/dev"),
    ("/dev/", "dev", "/", "/dev"),
    ("/developers/a", "dev", "/developers/a", ""),
    ("/dev/dev/a", "dev", "/dev/a", "/dev"),
    ("/a/dev", "dev", "/a/dev", ""),
    ("", "$default", "/", ""),
    // An HTTP API has decoded the path already, so this is a table named `100%`.
    ("/tables/100%", "$default", "/tables/100%", ""),
    ("/tables/a%20b", "$default", "/tables/a%20b", ""),
  ])
  func `fault 27: of an HTTP API loses its stage and is not decoded again`(
    rawPath: String, stage: String, path: String, prefix: String
  ) throws {
    let request = try decode(APIRequest.self, v2(path: rawPath, stage: stage))
    #expect(try request.path == path)
    #expect(request.stagePrefix == prefix)
  }

  @Test(arguments: [
    ("/tables/a%20b", "/tables/a b"), ("/a+b", "/a+b"), ("/%C3%A9", "/é"), ("/a%2Fb", "/a/b"),
  ])
  func `fault 27: has its path decoded where the front door does not`(
    rawPath: String, path: String
  ) throws {
    #expect(try decode(APIRequest.self, v2(path: rawPath, domain: functionURL)).path == path)
    #expect(try decode(APIRequest.self, v1(path: rawPath)).path == path)
  }

  @Test(arguments: ["/a%", "/a%2", "/a%zz", "/%FF", "/%C3"])
  func `fault 27: with a bad percent in its path is a fault to answer`(rawPath: String) throws {
    for text in [v2(path: rawPath, domain: functionURL), v1(path: rawPath)] {
      let request = try decode(APIRequest.self, text)
      let fault = try #require(throws: RequestFault.self) { try request.path }
      #expect(fault.part == .path && !fault.message.contains(rawPath))
      // The rest of the request is there for the answer.
      #expect(request.method == "GET")
      #expect(try request.query.isEmpty)
    }
  }

  @Test(
    arguments: [
      ("", []),
      ("a=1", [["a", "1"]]),
      ("a=1&a=2&b=3&a=4", [["a", "1"], ["a", "2"], ["b", "3"], ["a", "4"]]),
      ("a", [["a", ""]]),
      ("a=", [["a", ""]]),
      ("=1", [["", "1"]]),
      ("a=b=c", [["a", "b=c"]]),
      ("&&a=1&", [["a", "1"]]),
      ("a+b=c+d%2B", [["a b", "c d+"]]),
      ("%61=%C3%A9", [["a", "é"]]),
      ("a=1%26b%3D2", [["a", "1&b=2"]]),
      ("a=1,2", [["a", "1,2"]]),
    ] as [(String, [[String]])])
  func `fault 27: has its query from the raw text`(raw: String, items: [[String]]) throws {
    let request = try decode(
      APIRequest.self, v2(query: raw, more: #","queryStringParameters":{"a":"not this"}"#))
    #expect(try request.query.map { [$0.name, $0.value] } == items)
  }

  @Test(arguments: [
    ("a=%", "byte 2"), ("%zz=1", "byte 0"), ("a=1&b=%4", "byte 6"), ("a=1&&x%2", "byte 6"),
    ("a=%FF", "UTF-8"), ("%C3=1", "UTF-8"),
  ])
  func `fault 27: says where its query has a bad percent`(raw: String, part: String) throws {
    let request = try decode(APIRequest.self, v2(query: raw))
    let fault = try #require(throws: RequestFault.self) { try request.query }
    #expect(fault.part == .query && fault.message.contains(part))
    #expect(try request.path == "/")
  }

  @Test func `fault 27: of a REST API keeps repeated names, and leaves out nulls`() throws {
    let request = try decode(
      APIRequest.self,
      v1(
        more: """
          ,"headers":{"X-A":"2"},"multiValueHeaders":{"X-A":["1","2"],"x-a":["3"],"B":null,
          "C":[null,"c"]},"queryStringParameters":{"q":"2","n":null},
          "multiValueQueryStringParameters":{"q":["1","2%"],"n":null}
          """))
    #expect(request.headers.values("x-A") == ["1", "2", "3"])
    #expect(request.headers["X-a"] == "1, 2, 3")
    #expect(request.headers["b"] == nil && request.headers["c"] == "c")
    #expect(try request.query.map(\.value) == ["1", "2%"])
  }

  @Test func `fault 27: of a REST API may have single values only`() throws {
    let request = try decode(
      APIRequest.self,
      v1(more: #","headers":{"A":"1","B":null},"queryStringParameters":{"q":"2","n":null}"#))
    #expect(request.headers["a"] == "1" && request.headers["b"] == nil)
    #expect(try request.query == decode(APIRequest.self, v2(query: "q=2")).query)
  }

  @Test(arguments: ["", #","headers":null,"body":null,"isBase64Encoded":null,"cookies":null"#])
  func `fault 27: with nulls, or nothing, in place of maps is an empty one`(more: String) throws {
    for text in [v1(more: more), v2(more: more)] {
      let request = try decode(APIRequest.self, text)
      #expect(request.headers["accept"] == nil)
      #expect(try request.body.isEmpty && request.query.isEmpty)
      #expect(request.cookie("a") == nil && !request.isAuthorized)
    }
  }

  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zg", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmE=", "fooba"),
    ("Zm9vYmFy", "foobar"),
  ])
  func `fault 27: has its body decoded from base64`(base64: String, body: String) throws {
    let request = try decode(
      APIRequest.self, v2(more: #","body":"\#(base64)","isBase64Encoded":true"#))
    #expect(try request.body == Array(body.utf8))
  }

  @Test(arguments: ["Z", "Zg=", "Zg===", "Z===", "====", "Zm9v!mFy", "Zm 9v", "Zé9v", "Z-_v"])
  func `fault 27: with a body that is no base64 is a fault to answer`(body: String) throws {
    let request = try decode(
      APIRequest.self, v2(more: #","body":"\#(body)","isBase64Encoded":true"#))
    let fault = try #require(throws: RequestFault.self) { try request.body }
    #expect(fault.part == .body && !fault.message.contains(body))
  }

  @Test(
    arguments: [
      ("", false, []),
      (#","authorizer":null"#, false, []),
      (#","authorizer":{}"#, false, []),
      (#","authorizer":{"jwt":null,"lambda":{},"iam":{"userArn":null}}"#, false, []),
      (#","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":null}}"#, true, []),
      (#","authorizer":{"jwt":{"claims":{"scope":"a b"},"scopes":["b"]}}"#, true, ["b", "a"]),
      (#","authorizer":{"jwt":{"claims":{"scp":"[a b]"}}}"#, true, ["a", "b"]),
      (#","authorizer":{"lambda":{"scope":"a"}}"#, true, ["a"]),
      (#","authorizer":{"lambda":{"ok":true}}"#, true, []),
      (#","authorizer":{"principalId":"u","integrationLatency":3,"scope":"a"}"#, true, ["a"]),
    ] as [(String, Bool, [String])])
  func `is authorized when the gateway's authorizer said something of the caller`(
    context: String, isAuthorized: Bool, scopes: [String]
  ) throws {
    let request = try decode(APIRequest.self, v2(context: context))
    #expect(request.isAuthorized == isAuthorized)
    #expect(request.scopes == scopes)
  }

  @Test func `cannot make itself authorized by what its sender writes`() throws {
    let request = try decode(
      APIRequest.self,
      v2(more: #","headers":{"authorizer":"x"},"authorizer":{"sub":"x"},"body":"authorizer""#))
    #expect(!request.isAuthorized)
  }
}
