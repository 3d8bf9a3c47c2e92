import AWS
import JSON
import Testing
import TestSupport

/// Messages that moto takes, by what it says it has stored.
@Suite(.enabled(if: TestEnvironment.endpoint != nil, "set TEST_AWS_ENDPOINT_URL"))
struct SESTests {
  private let endpoint = TestEnvironment.endpoint ?? ""
  private let limit = Duration.seconds(20)

  @Test func `a message arrives as it was written`() throws {
    var client = try SESClient(lookup: variables(endpoint: endpoint))
    let sender = "\(uniqueName("report"))@example.com"
    try client.createIdentity(sender, timeout: limit)
    let message = SESMessage(
      sender: "Sluice <\(sender)>", recipients: ["a@example.com", "b@example.com"],
      subject: "3 neue Stellen – München 😀", text: "unseen",
      html: "<p>\"é\" & 😀\r\n\u{2028}</p>")
    let identifier = try client.send(message, timeout: limit)

    let stored = try #require(try StoredMail.all(at: endpoint).first { $0.id == identifier })
    #expect(stored.source == message.sender)
    #expect(stored.subject == message.subject)
    #expect(stored.body == message.html)
    #expect(stored.destinations == ["ToAddresses": message.recipients])
  }

  @Test func `a sender that nobody confirmed is an error with its code`() throws {
    var client = try SESClient(lookup: variables(endpoint: endpoint))
    let message = SESMessage(
      sender: "\(uniqueName("nobody"))@example.com", recipients: ["a@example.com"], subject: "s",
      text: "t", html: "h")
    let error = #expect(throws: AWSError.self) { try client.send(message, timeout: limit) }
    #expect(error?.code == "MessageRejected" && error?.status == 400)
    #expect(error?.message.hasPrefix("Email address not verified") == true)
    #expect(error?.isRetriable == false && error?.requestID != nil)
  }
}

/// What SES may answer besides success.
@Suite struct SESFaultTests {
  private let message = SESMessage(
    sender: "from@example.com", recipients: ["to@example.com"], subject: "s", text: "t",
    html: "h")

  private func fault(_ status: Int, _ type: String, _ body: String) -> HTTPStub.Reply {
    HTTPStub.Reply(
      status, [("x-amzn-ErrorType", type), ("x-amzn-RequestId", "R1")], body: Array(body.utf8))
  }

  private let success = HTTPStub.Reply(body: Array(#"{"MessageId": "m-1"}"#.utf8))

  private func send(to stub: HTTPStub, path: String = "") throws -> String {
    var client = try SESClient(
      lookup: variables(
        endpoint: "http://127.0.0.1:1", ["AWS_ENDPOINT_URL_SESV2": stub.url + path]))
    return try client.send(message, timeout: .seconds(5))
  }

  @Test func `the request is the one that the reference describes`() throws {
    let stub = try HTTPStub(success)
    #expect(try send(to: stub, path: "/mail/") == "m-1")
    let request = try #require(stub.requests.first)
    #expect(request.method == "POST" && request.target == "/mail/v2/email/outbound-emails")
    #expect(request.header("Content-Type") == "application/json")
    #expect(request.header("Authorization")?.contains("/us-east-1/ses/aws4_request") == true)
    #expect(
      try JSON.decode(JSONValue.self, from: request.body)
        == JSON.decode(
          JSONValue.self,
          from: Array(
            """
            {"FromEmailAddress": "from@example.com",
             "Destination": {"ToAddresses": ["to@example.com"]},
             "Content": {"Simple": {"Subject": {"Data": "s", "Charset": "UTF-8"},
               "Body": {"Text": {"Data": "t", "Charset": "UTF-8"},
                 "Html": {"Data": "h", "Charset": "UTF-8"}}}}}
            """.utf8)))
  }

  @Test(arguments: [
    (429, "TooManyRequestsException"), (400, "ThrottlingException"), (429, "Unheard"),
  ])
  func `a message that SES had no time for is sent again`(status: Int, type: String) throws {
    let stub = try HTTPStub(fault(status, type, #"{"message": "slower"}"#), success)
    #expect(try send(to: stub) == "m-1")
    #expect(stub.requests.count == 2)
  }

  @Test func `a message that may be on its way is not sent again`() throws {
    for reply in [
      fault(500, "InternalFailure", "{}"), fault(503, "ServiceUnavailable", "{}"),
      HTTPStub.Reply(502, body: Array("<html>".utf8)), HTTPStub.Reply(504),
      success.with { $0.cutAfter = 0 }, success.with { $0.cutAfter = 40 },
      HTTPStub.Reply(raw: "garbage\r\n\r\n"), HTTPStub.Reply(body: Array("{}".utf8)),
    ] {
      let stub = try HTTPStub(reply)
      #expect(throws: AWSError.self) { try send(to: stub) }
      #expect(stub.requests.count == 1)
    }
  }

  @Test(arguments: [
    (400, "MessageRejected", #"{"message":"no"}"#, "MessageRejected", "no"),
    (
      403, "com.amazon.coral.service#AccessDeniedException:http://internal.amazon.com/coral/",
      #"{"Message":"not you"}"#, "AccessDeniedException", "not you"
    ),
    (400, "BadRequestException:", "", "BadRequestException", ""),
    (403, "", "<html>", "AccessDenied", "access denied"),
    (404, ":", "{}", "Status404", "the service answered 404"),
  ])
  func `a fault has the code of its header`(
    status: Int, type: String, body: String, code: String, message: String
  ) throws {
    let stub = try HTTPStub(fault(status, type, body))
    let error = #expect(throws: AWSError.self) { try send(to: stub) }
    #expect(error?.code == code && error?.message == message && error?.status == status)
    #expect(error?.service == "ses" && error?.operation == "SendEmail")
    #expect(error?.requestID == "R1")
    #expect(stub.requests.count == 1)
  }
}
