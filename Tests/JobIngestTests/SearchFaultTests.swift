import HTTP
import JSON
import JobIngest
import LambdaRuntime
import TestSupport
import Testing

/// What the service may answer instead of a page (fault 43).
@Suite struct `Search fault` {
  private static let html = HTTPStub.Reply(
    200, [("Content-Type", "text/html")],
    body: Array("<!DOCTYPE html>\r\n<title>Maintenance</title>".utf8))
  private static let truncated = HTTPStub.Reply(
    200, [("Content-Type", "application/hr+json")], body: Array(#"{"SearchResult":{"Sea"#.utf8))
  private static let otherShape = HTTPStub.Reply(body: Array(#"{"Message":"later"}"#.utf8))
  private static let silent = HTTPStub.Reply(200).with { $0.silentAfter = 0 }
  private static let cut = SearchRig.page.with { $0.cutAfter = $0.bytes.count - 3 }

  static let passing: [(name: String, reply: HTTPStub.Reply)] =
    [408, 429, 500, 502, 503, 504, 520].map { ("\($0)", HTTPStub.Reply($0)) } + [
      ("HTML", html), ("truncated JSON", truncated), ("another shape", otherShape),
      ("no body", HTTPStub.Reply(200)), ("blank body", HTTPStub.Reply(body: [0x20, 0x0A])),
      ("204", HTTPStub.Reply(raw: "HTTP/1.1 204 No Content\r\n\r\n")),
      ("connection cut", cut),
      ("no HTTP", HTTPStub.Reply(raw: "hello\r\n\r\n").with { $0.closes = true }),
    ]

  @Test(arguments: passing.map(\.name))
  func `fault 43: what may pass is asked for again`(name: String) throws {
    let reply = try #require(Self.passing.first { $0.name == name }?.reply)
    let rig = try SearchRig(HTTPStub(reply, reply, SearchRig.page))
    #expect(try rig.ask() == 7)
    #expect(rig.stub.requests.count == 3)
    #expect(Set(rig.stub.requests.map(\.target)).count == 1)
    #expect(rig.capture.lines.filter { $0.contains("USAJOBS is asked again") }.count == 2)
  }

  static let lasting: [(name: String, code: String, message: String)] = [
    ("408", "unavailable", "USAJOBS is unavailable: it answered with status 408"),
    ("503", "unavailable", "USAJOBS is unavailable: it answered with status 503"),
    ("429", "throttled", "USAJOBS asks for fewer requests"),
    (
      "HTML", "not-json",
      "USAJOBS answered something else than JSON: <!DOCTYPE html> <title>Maintenance</title>"
    ),
    (
      "truncated JSON", "malformed", "USAJOBS answered no search result: the text is not valid JSON"
    ),
    (
      "another shape", "malformed",
      #"USAJOBS answered no search result: "SearchResult" is missing"#
    ),
    ("no body", "empty-body", "USAJOBS answered with an empty body"),
    ("blank body", "empty-body", "USAJOBS answered with an empty body"),
    ("204", "empty-body", "USAJOBS answered with an empty body"),
    ("connection cut", "unavailable", "USAJOBS is unavailable: "),
    ("no HTTP", "unavailable", "USAJOBS is unavailable: "),
  ]

  @Test(arguments: lasting)
  func `fault 43: what does not pass is told by its kind`(
    name: String, code: String, message: String
  ) throws {
    let reply = try #require(Self.passing.first { $0.name == name }?.reply)
    let rig = try SearchRig(HTTPStub(reply))
    let fault = try #require(rig.fault())
    #expect(fault.code == code)
    #expect(fault.message.hasPrefix(message), "\(fault.message)")
    #expect(rig.stub.requests.count == 3)
  }

  @Test(arguments: [401, 403])
  func `fault 43: a refused key is not tried again, and the settings are named`(
    status: Int
  ) throws {
    let problem = #"{"type":"about:blank","title":"Unauthorized","status":\#(status)}"#
    let rig = try SearchRig(
      HTTPStub(
        HTTPStub.Reply(
          status, [("Content-Type", "application/problem+json")], body: Array(problem.utf8))))
    let fault = try #require(rig.fault())
    #expect(fault == .unauthorized(status: status))
    #expect(rig.stub.requests.count == 1)
    #expect(fault.message.contains("USAJOBS_API_KEY") && fault.message.contains("USAJOBS_EMAIL"))
    #expect(fault.errorType == "SearchUnauthorized")
  }

  @Test(arguments: [
    [("Retry-After", "1")],
    [
      ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("Retry-After", "Fri, 24 May 2013 00:00:01 GMT"),
    ],
  ])
  func `fault 43: the pause that the service asks for is kept`(
    headers: [(String, String)]
  ) throws {
    let rig = try SearchRig(HTTPStub(HTTPStub.Reply(429, headers), SearchRig.page))
    let start = ContinuousClock.now
    #expect(try rig.ask() == 7)
    #expect(start.duration(to: .now) >= .seconds(1))
    #expect(rig.stub.requests.count == 2)
  }

  @Test func `fault 43: a pause beyond the deadline is not waited for`() throws {
    let rig = try SearchRig(HTTPStub(HTTPStub.Reply(429, [("Retry-After", "3600")])))
    let fault = rig.fault()
    #expect(fault == .throttled(retryAfter: .seconds(3600)))
    #expect(fault?.message == "USAJOBS asks for fewer requests (again in 3600 s)")
    #expect(rig.stub.requests.count == 1)
  }

  @Test func `fault 43: a server that hangs is left after the time of a request`() throws {
    let rig = try SearchRig(
      HTTPStub(Self.silent), attempts: 2, requestTimeout: .milliseconds(150))
    #expect(rig.fault() == .timedOut)
    #expect(rig.stub.requests.count == 2)
    let other = try SearchRig(
      HTTPStub(Self.silent, SearchRig.page), requestTimeout: .milliseconds(150))
    #expect(try other.ask() == 7)
  }

  @Test func `fault 43: a server that hangs is left at the deadline`() throws {
    let rig = try SearchRig(HTTPStub(Self.silent))
    #expect(rig.fault(within: .milliseconds(300)) == .outOfTime)
    #expect(rig.stub.requests.count == 1)
  }

  @Test(arguments: [Duration.zero, .seconds(-5)])
  func `without time nothing is asked`(limit: Duration) throws {
    let rig = try SearchRig(HTTPStub(SearchRig.page))
    #expect(rig.fault(within: limit) == .outOfTime)
    #expect(rig.stub.requests.isEmpty)
  }

  @Test func `a page over the limit is not asked for again`() throws {
    let body = [UInt8](repeating: UInt8(ascii: " "), count: 5000)
    let rig = try SearchRig(HTTPStub(HTTPStub.Reply(body: body)), bodyLimit: 4999)
    let fault = rig.fault()
    #expect(fault == .tooLarge(limit: 4999))
    #expect(fault?.message == "USAJOBS answered with more than 4999 bytes for one page")
    #expect(rig.stub.requests.count == 1)
  }

  @Test func `a port where nobody listens is unavailable`() throws {
    let gone = try { try HTTPStub(SearchRig.page).port }()
    let settings = try SearchSettings(
      variables: EnvironmentVariables([
        "USAJOBS_API_KEY": "k", "USAJOBS_EMAIL": "a@b", "USAJOBS_PAUSE_MS": "0",
        "USAJOBS_ENDPOINT": "http://127.0.0.1:\(gone)/api/search",
      ]))
    var client = try SearchClient(settings, retries: .never)
    let log = LogCapture().log
    let fault = try #require(throws: SearchFault.self) {
      try client.page(.standard, page: 1, size: 1, deadline: .after(.seconds(5)), log: log) { _ in }
    }
    #expect(fault.code == "unavailable")
    #expect(fault.message.contains("connect"))
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func `a redirect is not followed, so the key goes nowhere else`(status: Int) throws {
    let other = try HTTPStub(SearchRig.page)
    let target = "\(other.url)/login?user=\(SearchRig.email)"
    let rig = try SearchRig(HTTPStub(HTTPStub.Reply(status, [("Location", target)])))
    let fault = try #require(rig.fault())
    #expect(fault.code == "refused")
    #expect(
      fault.message == "USAJOBS refused the request with status \(status): it redirects to "
        + "\(other.url)/login?user=[hidden], which is not followed")
    #expect(rig.stub.requests.count == 1 && other.requests.isEmpty)
  }

  @Test(arguments: [400, 404, 405, 410, 414, 422])
  func `another status is told with the beginning of its body`(status: Int) throws {
    let body =
      "no\u{1B}[31m\r\n\u{202E}such \(SearchRig.key) for \(SearchRig.email)"
      + String(
        repeating: " page", count: 100)
    let rig = try SearchRig(HTTPStub(HTTPStub.Reply(status, body: Array(body.utf8))))
    guard case .refused(status, let text) = rig.fault() else {
      Issue.record("it is not refused")
      return
    }
    #expect(text.hasPrefix("no [31m such [hidden] for [hidden] page page"))
    #expect(text.count == 160)
    #expect(rig.stub.requests.count == 1)
  }

  @Test func `fault 46: neither key nor address is in a fault or in the log`() throws {
    let echo = Array("<p>\(SearchRig.key) \(SearchRig.email)".utf8)
    for status in [200, 302, 400, 401, 403, 429, 500] {
      let headers = [("Location", "http://x/\(SearchRig.key)"), ("X", SearchRig.email)]
      let rig = try SearchRig(HTTPStub(HTTPStub.Reply(status, headers, body: echo)))
      let fault = try #require(rig.fault())
      var dumped = ""
      dump(fault, to: &dumped)
      for text in ["\(fault)", fault.message, dumped, rig.capture.text] {
        #expect(!text.contains("c4n4ry"), "\(status): \(text)")
      }
    }
  }
}
