import Glibc
import HTTP
import Testing
import TestSupport

@Suite struct StreamTests {
  private var megabyte: [UInt8] { StreamTests.bytes }
  private static let bytes = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }

  @Test func `the pieces of a body are the body, and the head comes with the first`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(206, [("ETag", "\"e\"")], body: megabyte))
    var client = try HTTPClient()
    var received: [UInt8] = []
    var statuses: Set<Int> = []
    let head = try client.stream(HTTPRequest(url: stub.url), timeout: .seconds(20)) {
      head, bytes in
      statuses.insert(head.status)
      #expect(head.headers["etag"] == "\"e\"")
      received.append(bytes)
    }
    #expect(received == megabyte)
    #expect(statuses == [206])
    #expect(head.contentLength == 1 << 20)
  }

  @Test(arguments: [301, 304, 403, 404, 412, 416, 500, 503])
  func `the body of another status never reaches the receiver`(status: Int) throws {
    let xml = status == 304 ? [] : Array("<Error><Code>AccessDenied</Code></Error>".utf8)
    let stub = try HTTPStub(HTTPStub.Reply(status, body: xml))
    var client = try HTTPClient()
    let error = #expect(throws: HTTPError.self) {
      try client.stream(HTTPRequest(url: stub.url), timeout: .seconds(20)) { _, _ in
        Issue.record("the receiver was called")
      }
    }
    #expect(error?.code == .status(status))
    #expect(error?.response?.body == xml)
    #expect(error?.description.contains("AccessDenied") == false)
  }

  @Test func `an error body that is too long is cut`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(500, body: megabyte))
    var client = try HTTPClient()
    let error = #expect(throws: HTTPError.self) {
      try client.stream(HTTPRequest(url: stub.url), timeout: .seconds(20)) { _, _ in }
    }
    #expect(error?.code == .status(500))
    #expect(error?.response?.body.count == 64 << 10)
  }

  struct Refusal: Error, Equatable {
    let line: Int
  }

  @Test func `what the receiver throws comes out unchanged and the client lives on`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(body: megabyte))
    var client = try HTTPClient()
    for line in 1...3 {
      #expect(throws: Refusal(line: line)) {
        try client.stream(HTTPRequest(url: stub.url), timeout: .seconds(20)) { _, _ in
          throw Refusal(line: line)
        }
      }
    }
    #expect(try client.send(HTTPRequest(url: stub.url), timeout: .seconds(20)).body == megabyte)
  }

  @Test(arguments: [0, 1, 1000, 100_000, 1_000_000])
  func `fault 30: a connection that is cut says how much was delivered`(delivered: Int) throws {
    let whole = HTTPStub.Reply(body: megabyte)
    let headSize = whole.bytes.count - megabyte.count
    let stub = try HTTPStub(whole.with { $0.cutAfter = headSize + delivered })
    var client = try HTTPClient()
    var received: [UInt8] = []
    let error = #expect(throws: HTTPError.self) {
      try client.stream(HTTPRequest(url: stub.url), timeout: .seconds(20)) { received.append($1) }
    }
    #expect(error?.code == .connectionLost)
    #expect(error?.isRetriable == true)
    #expect(error?.bytesDelivered == Int64(delivered))
    #expect(received == Array(megabyte.prefix(delivered)))
  }

  @Test func `a connection that breaks while libcurl writes does not end the process`() async {
    // In a process of its own, because what becomes of a signal is a matter of the whole process.
    await #expect(processExitsWith: .success) {
      // Writes as OpenSSL does, to a socket that nobody reads any more, from within a transfer.
      signal(SIGPIPE, SIG_DFL)
      let stub = try HTTPStub(HTTPStub.Reply(body: [1]))
      var client = try HTTPClient()
      _ = try client.stream(HTTPRequest(url: stub.url), timeout: .seconds(20)) { _, _ in
        var ends: [CInt] = [0, 0]
        unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends)
        close(ends[1])
        #expect(unsafe write(ends[0], "x", 1) == -1 && errno == EPIPE)
        close(ends[0])
      }
    }
  }

  @Test func `a body that is empty never calls the receiver`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(200))
    var client = try HTTPClient()
    let head = try client.stream(HTTPRequest(url: stub.url), timeout: .seconds(20)) { _, _ in
      Issue.record("the receiver was called")
    }
    #expect(head.status == 200)
  }
}

extension [UInt8] {
  /// Adds the bytes of a span.
  mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
