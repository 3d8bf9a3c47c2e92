import HTTP
import Testing
import TestSupport

@Suite struct RetryTests {
  private let quick = RetryPolicy(
    attempts: 4, baseDelay: .milliseconds(1), maximumDelay: .milliseconds(5))

  @Test(arguments: [408, 429, 500, 502, 503, 504])
  func `a transient status is tried again`(status: Int) throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(status), HTTPStub.Reply(status), HTTPStub.Reply(200, body: [9]))
    var client = try HTTPClient()
    let response = try client.send(
      HTTPRequest(url: stub.url), timeout: .seconds(20), retries: quick)
    #expect(response.status == 200 && response.body == [9])
    #expect(stub.requests.count == 3)
  }

  @Test(arguments: [400, 401, 403, 404, 409, 501])
  func `a final status is not tried again`(status: Int) throws {
    let stub = try HTTPStub(HTTPStub.Reply(status))
    var client = try HTTPClient()
    _ = try client.send(HTTPRequest(url: stub.url), timeout: .seconds(20), retries: quick)
    #expect(stub.requests.count == 1)
  }

  @Test func `the last answer stands when all attempts are used`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(503))
    var client = try HTTPClient()
    let response = try client.send(
      HTTPRequest(url: stub.url), timeout: .seconds(20), retries: quick)
    #expect(response.status == 503)
    #expect(stub.requests.count == 4)
  }

  @Test func `a POST is sent once`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(200).with { $0.cutAfter = 0 })
    var client = try HTTPClient()
    let request = HTTPRequest(method: "POST", url: stub.url, body: [1])
    #expect(throws: HTTPError.self) {
      try client.send(request, timeout: .seconds(20), retries: quick)
    }
    #expect(stub.requests.count == 1)
  }

  @Test func `a connection that is lost is tried again`() throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(body: [1, 2, 3]).with { $0.cutAfter = 20 }, HTTPStub.Reply(body: [1, 2, 3]))
    var client = try HTTPClient()
    let response = try client.send(
      HTTPRequest(url: stub.url), timeout: .seconds(20), retries: quick)
    #expect(response.body == [1, 2, 3])
  }

  @Test func `Retry-After is waited for`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(429, [("Retry-After", "1")]), HTTPStub.Reply(200))
    var client = try HTTPClient()
    let start = ContinuousClock.now
    let response = try client.send(
      HTTPRequest(url: stub.url), timeout: .seconds(20), retries: quick)
    #expect(response.status == 200)
    #expect(start.duration(to: .now) >= .seconds(1))
  }

  @Test func `a Retry-After beyond the time left ends the call at once`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(429, [("Retry-After", "60")]))
    var client = try HTTPClient()
    let response = try client.send(
      HTTPRequest(url: stub.url), timeout: .seconds(30), retries: quick)
    #expect(response.status == 429)
    #expect(stub.requests.count == 1)
  }

  @Test(arguments: [
    ("120", nil, Duration.seconds(120)), ("0", nil, .zero), ("-1", nil, nil), ("soon", nil, nil),
    ("Fri, 24 May 2013 00:01:30 GMT", "Fri, 24 May 2013 00:00:00 GMT", .seconds(90)),
    ("Fri, 24 May 2013 00:00:00 GMT", "Fri, 24 May 2013 00:01:00 GMT", .zero),
    ("Fri, 24 May 2013 00:00:00 GMT", nil, nil),
  ])
  func `Retry-After is seconds or a date`(value: String, date: String?, expected: Duration?) {
    var headers: HTTPFields = ["Retry-After": value]
    if let date { headers.append("Date", date) }
    #expect(HTTPResponseHead(status: 503, headers: headers).retryAfter == expected)
  }

  @Test(
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Sat, 29 Feb 2020 23:59:59 GMT", 1_583_020_799), ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
      ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49 GMT", nil),
      ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil), ("", nil),
    ] as [(String, Int64?)])
  func `dates of headers are Unix times`(text: String, expected: Int64?) {
    #expect(HTTPDate.parse(text) == expected)
  }
}
