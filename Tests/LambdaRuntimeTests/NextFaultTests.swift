import LambdaRuntime
import TestSupport
import Testing

@Suite struct NextFaultTests {
  @Test func `fault 1: an event that comes late is waited for`() throws {
    let start = ContinuousClock.now
    let isLate: @Sendable (RuntimeAPIStub) -> Bool = { _ in
      start.duration(to: .now) > .milliseconds(1500)
    }
    let stub = try RuntimeAPIStub(next: [.when(isLate, .invocation("late"))])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.map(\.path) == ["/2018-06-01/runtime/invocation/late/response"])
    #expect(run.stub.requests.count(where: { $0.path.hasSuffix("/next") }) == 2)
  }

  @Test func `fault 2: a 403 ends the runtime with status 1`() throws {
    let run = RuntimeRun(echoing: try RuntimeAPIStub())
    #expect(run.status == 1)
    #expect(run.stub.requests.count == 1)
    #expect(run.logs.text.contains("403"))
  }

  @Test(arguments: [429, 500, 503])
  func `fault 2: a status that may pass is asked again after a wait`(status: Int) throws {
    let stub = try RuntimeAPIStub(next: [.status(status), .status(status), .invocation("then")])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.count == 1)
    #expect(run.logs.lines.count(where: { $0.contains("status \(status)") }) == 2)
  }

  @Test func `fault 2: trouble without end is given up, without spinning`() throws {
    let stub = try RuntimeAPIStub(next: Array(repeating: .status(500), count: 100))
    let run = RuntimeRun(echoing: stub)
    #expect(run.status == 1)
    #expect(run.stub.requests.count == 8)
  }

  @Test func `fault 2: a success in between begins the count of failures anew`() throws {
    let trouble = Array(repeating: RuntimeAPIReply.status(500), count: 4)
    let stub = try RuntimeAPIStub(
      next: trouble + [.invocation("a")] + trouble + [.invocation("b")])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.count == 2)
  }

  @Test(
    arguments: [
      "\u{16}\u{3}\u{1}garbage\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200\r\n", "", "\r\n",
      "HTTP/1.1 200 OK\r\nX: " + String(repeating: "y", count: 200_000) + "\r\n\r\n",
    ].enumerated().map(Garbage.init))
  func `fault 2: garbage closes the connection and is asked again`(garbage: Garbage) throws {
    let stub = try RuntimeAPIStub(next: [
      .bytesThenClose(Array(garbage.text.utf8)), .invocation("then"),
    ])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.map(\.path) == ["/2018-06-01/runtime/invocation/then/response"])
    #expect(run.stub.connectionCount == 2)
  }

  @Test func `fault 2: a kept-alive connection that was closed is opened again unseen`() throws {
    let invocation = RuntimeAPIReply.bytesThenClose(
      RuntimeAPIReply.invocationBytes("a", event: [0x31]))
    let stub = try RuntimeAPIStub(next: [invocation, .invocation("b"), .close, .invocation("c")])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.map(\.route) == ["a/response", "b/response", "c/response"])
    #expect(!run.logs.text.contains("WARN"))
  }

  @Test func `fault 2: an API that is not there is given up with status 1`() throws {
    let port = try ReservedPort()
    let run = RuntimeRun(
      echoing: try RuntimeAPIStub(),
      variables: ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(port.number)"])
    #expect(run.status == 1)
    #expect(run.logs.text.contains("no connection could be made"))
    withExtendedLifetime(port) {}
  }

  @Test(arguments: [1, 2, 3, 7, 61])
  func `a reply may come in pieces of any size`(size: Int) throws {
    let event = #"{"text":"Grüße"}"#
    let chunked = """
      HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: c\r\nTransfer-Encoding: chunked\r\n\r
      5;x=y\r\n{"tex\r\nD\r\nt":"Grüße"}\r\n0\r\nTrailer: x\r\n\r\n
      """
    let stub = try RuntimeAPIStub(next: [
      .invocation("a", event: event, pieces: size), .bytes(Array(chunked.utf8), pieces: size),
      .bytes(
        Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
          + RuntimeAPIReply.invocationBytes("d", event: Array(event.utf8)), pieces: size),
    ])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.map(\.text) == [event, event, event])
    #expect(run.stub.connectionCount == 1)
  }

  @Test func `a reply without a length ends with the connection`() throws {
    let stub = try RuntimeAPIStub(next: [
      .bytesThenClose(Array("HTTP/1.0 200 OK\nLambda-Runtime-Aws-Request-Id: e\n\n[true]".utf8)),
      .invocation("f", event: "[]"),
    ])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.map(\.text) == ["[true]", "[]"])
  }
}

/// A reply that is none, by its number: the text itself would fill the report.
struct Garbage: CustomTestStringConvertible {
  let number: Int
  let text: String
  var testDescription: String { "garbage \(number)" }

  init(_ entry: (offset: Int, element: String)) {
    (number, text) = entry
  }
}
