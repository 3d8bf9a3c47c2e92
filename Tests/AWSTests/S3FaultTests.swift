import AWS
import HTTP
import Testing
import TestSupport

/// What S3 may answer besides the object.
@Suite struct S3FaultTests {
  private let object = S3Object(bucket: "bucket", key: "key")

  private func failure(
    _ stub: HTTPStub, from start: Int64 = 0, others: [String: String] = [:],
    timeout: Duration = .seconds(20)
  ) throws -> AWSError? {
    var client = try S3Client(lookup: variables(endpoint: stub.url, others))
    return #expect(throws: AWSError.self) {
      try client.get(object, from: start, timeout: timeout) { _, bytes in
        Issue.record("\(bytes.count) bytes reached the receiver")
      }
    }
  }

  private func xml(_ code: String, _ message: String) -> [UInt8] {
    Array(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Error><Code>\(code)</Code><Message>\(message)</Message><Key>key</Key></Error>
      """.utf8)
  }

  @Test func `a denied object is an error with its code, message and request`() throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(
        403, [("x-amz-request-id", "R1")],
        body: xml("AccessDenied", "Access &lt;Denied&gt; &amp; &#39;x&#39;")))
    let error = try failure(stub)
    #expect(error?.code == "AccessDenied")
    #expect(error?.message == "Access <Denied> & 'x'")
    #expect(error?.requestID == "R1")
    #expect(
      error.map { "\($0)" } == "s3 GetObject: AccessDenied: Access <Denied> & 'x' (request R1)")
    #expect(error?.isRetriable == false)
    #expect(stub.requests.count == 1)
  }

  @Test(arguments: [
    (503, "SlowDown"), (500, "InternalError"), (400, "RequestTimeout"), (503, "ServiceUnavailable"),
  ])
  func `what passes is tried again`(status: Int, code: String) throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(status, body: xml(code, "wait")), HTTPStub.Reply(200, body: [7]))
    var client = try S3Client(lookup: variables(endpoint: stub.url))
    #expect(try client.bytes(of: object).bytes == [7])
    #expect(stub.requests.count == 2)
  }

  @Test(arguments: [301, 400, 403, 404, 412, 416, 500, 503])
  func `a body that is no XML leaves what the status says`(status: Int) throws {
    let stub = try HTTPStub(HTTPStub.Reply(status, body: Array("<Code><html>oops".utf8)))
    let error = try failure(stub)
    #expect(error?.status == status)
    #expect(error?.code.isEmpty == false && error?.code.contains("<") == false)
  }

  @Test func `a bucket elsewhere is named with its region`() throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(
        301, [("x-amz-bucket-region", "eu-west-1"), ("Location", "http://127.0.0.1:1/")],
        body: xml("PermanentRedirect", "use another endpoint")))
    let error = try failure(stub)
    #expect(error?.message == "use another endpoint; the bucket is in eu-west-1")
    #expect(stub.requests.count == 1)
  }

  @Test func `a server that ignores the range sends nothing to the receiver`() throws {
    for reply in [
      HTTPStub.Reply(200, body: [1, 2, 3]),
      HTTPStub.Reply(206, [("Content-Range", "bytes 0-2/10")], body: [1, 2, 3]),
      HTTPStub.Reply(206, body: [1, 2, 3]),
    ] {
      let stub = try HTTPStub(reply)
      #expect(try failure(stub, from: 5)?.code == "RangeIgnored")
      #expect(stub.requests.first?.header("Range") == "bytes=5-")
    }
  }

  @Test func `fault 30: a cut transfer is taken up again by its range`() throws {
    let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    let stub = try HTTPStub { request in
      let start = request.header("Range").flatMap { Int($0.dropFirst(6).dropLast()) } ?? 0
      guard start == 0 || request.header("If-Match") == "\"e\"" else { return HTTPStub.Reply(400) }
      let reply = HTTPStub.Reply(
        start == 0 ? 200 : 206,
        [("ETag", "\"e\""), ("Content-Range", "bytes \(start)-\(body.count - 1)/\(body.count)")],
        body: Array(body[start...]))
      return reply.with { if start < 200_000 { $0.cutAfter = 90_000 } }
    }
    var client = try S3Client(lookup: variables(endpoint: stub.url))
    var received: [UInt8] = []
    var eTag: String?
    while received.count < body.count {
      let before = received.count
      do {
        _ = try client.get(
          object, from: Int64(before), ifMatch: eTag, timeout: .seconds(20)
        ) { head, bytes in
          eTag = head.eTag
          #expect(head.size == 300_000)
          unsafe bytes.withUnsafeBufferPointer { unsafe received.append(contentsOf: $0) }
        }
      } catch let error as AWSError {
        #expect(error.code == "ConnectionLost" && error.isRetriable)
        #expect(error.cause?.bytesDelivered == Int64(received.count - before))
        try #require((error.cause?.bytesDelivered ?? 0) > 0)
      }
    }
    #expect(received == body)
    #expect(stub.requests.count == 4)
  }

  @Test func `a connection that is cut before any byte is tried again unseen`() throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(body: [1, 2]).with { $0.cutAfter = 30 }, HTTPStub.Reply(body: [1, 2]))
    var client = try S3Client(lookup: variables(endpoint: stub.url))
    #expect(try client.bytes(of: object).bytes == [1, 2])
  }

  struct Refusal: Error, Equatable {}

  @Test func `what the receiver throws comes out unchanged, even an HTTPError`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(body: [1]))
    var client = try S3Client(lookup: variables(endpoint: stub.url))
    #expect(throws: Refusal()) {
      try client.get(object, timeout: .seconds(20)) { _, _ in throw Refusal() }
    }
    let other = try #require(
      #expect(throws: HTTPError.self) {
        var http = try HTTPClient()
        return try http.send(HTTPRequest(url: "nothing"), timeout: .seconds(1))
      })
    #expect(throws: HTTPError.self) {
      try client.get(object, timeout: .seconds(20)) { _, _ in throw other }
    }
    #expect(stub.requests.count == 2)
  }

  @Test func `fault 44: a clock that is wrong is set by the server's`() throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(
        403, [("Date", "Fri, 24 May 2013 00:00:00 GMT")],
        body: xml("RequestTimeTooSkewed", "too far")),
      HTTPStub.Reply(200, body: [1]))
    var client = try S3Client(
      lookup: variables(endpoint: stub.url), clock: { 1_369_353_600 + 7200 })
    #expect(try client.bytes(of: object).bytes == [1])
    _ = try client.bytes(of: object)
    let dates = stub.requests.map { $0.header("x-amz-date") }
    #expect(dates == ["20130524T020000Z", "20130524T000000Z", "20130524T000000Z"])
  }

  @Test func `the time that the caller gives bounds all attempts`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(503).with { $0.delay = .milliseconds(50) })
    let error = try failure(stub, timeout: .milliseconds(300))
    #expect(error.map { ["ServiceUnavailable", "TimedOut"].contains($0.code) } == true)
    #expect(stub.requests.count <= 4)
  }

  @Test func `fault 46: the text that should have been signed is not shown`() throws {
    let body = """
      {"__type": "com.amazon.coral.service#InvalidSignatureException", "message": "The request \
      signature does not match.\\n\\nThe Canonical String should have been\\n\
      x-amz-security-token:c4n4ry\\n"}
      """
    let stub = try HTTPStub(HTTPStub.Reply(403, body: Array(body.utf8)))
    var client = try SQSClient(lookup: variables(endpoint: stub.url))
    let error = #expect(throws: AWSError.self) {
      try client.createQueue("q", timeout: .seconds(20))
    }
    #expect(
      error.map { "\($0)" }
        == "sqs CreateQueue: InvalidSignatureException: The request signature does not match.")
  }

  @Test func `a message is sent once, though its answer is lost`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(200).with { $0.cutAfter = 0 })
    var client = try SQSClient(lookup: variables(endpoint: stub.url))
    #expect(throws: AWSError.self) {
      try client.send("text", to: "\(stub.url)/1/q", timeout: .seconds(20))
    }
    #expect(stub.requests.count == 1)
    #expect(throws: AWSError.self) {
      try client.delete(["handle"], from: "\(stub.url)/1/q", timeout: .seconds(20))
    }
    #expect(stub.requests.count == 5)
    #expect(stub.requests.last?.header("x-amz-target") == "AmazonSQS.DeleteMessageBatch")
    #expect(stub.requests.last?.header("content-type") == "application/x-amz-json-1.0")
  }

  @Test func `fault 46: no error shows a secret`() throws {
    let canary = "c4n4ry"
    let stub = try HTTPStub(HTTPStub.Reply(403, body: xml("AccessDenied", "no")))
    let error = try failure(
      stub, others: ["AWS_SECRET_ACCESS_KEY": canary, "AWS_SESSION_TOKEN": canary])
    #expect(stub.requests.first?.header("x-amz-security-token") == canary)
    let signature = try #require(
      stub.requests.first?.header("authorization")?.split(separator: "Signature=").last)
    var dumped = ""
    dump(error, to: &dumped)
    for text in ["\(String(describing: error))", String(reflecting: error), dumped] {
      #expect(!text.contains(canary) && !text.contains(signature))
    }
    let credentials = Credentials(
      accessKeyID: "AKID", secretAccessKey: canary, sessionToken: canary)
    dump(credentials, to: &dumped)
    #expect(!"\(credentials) \(String(reflecting: credentials)) \(dumped)".contains(canary))
  }
}
