import HTTP
import Testing
import TestSupport

@Suite struct FailureTests {
  private func failure(
    _ url: String, timeout: Duration = .seconds(20), stallLimit: Duration = .seconds(30)
  ) throws -> HTTPError? {
    var client = try HTTPClient(stallLimit: stallLimit)
    return #expect(throws: HTTPError.self) {
      try client.send(HTTPRequest(url: url), timeout: timeout)
    }
  }

  @Test func `a port where nobody listens is no connection`() throws {
    let port = try ReservedPort()
    let error = try failure("http://127.0.0.1:\(port.number)")
    #expect(error?.code == .connect)
    #expect(error?.isUnsent == true && error?.isRetriable == true)
    withExtendedLifetime(port) {}
  }

  @Test func `a name without an address is not resolved`() throws {
    #expect(try failure("http://sluice.invalid/")?.code == .resolve)
  }

  @Test(arguments: [
    "", "SSH-2.0-OpenSSH_9.2\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
  ])
  func `an answer that is cut or garbage is an error`(text: String) throws {
    let stub = try HTTPStub(HTTPStub.Reply(raw: text).with { $0.closes = true })
    let error = try failure(stub.url)
    #expect(error.map { [.connectionLost, .badResponse].contains($0.code) } == true, "\(error)")
    #expect(error?.isRetriable == true)
  }

  @Test func `header fields without end are refused`() throws {
    let line = "X-Filler: \(String(repeating: "x", count: 8000))\r\n"
    let text = "HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 100) + "\r\n"
    let stub = try HTTPStub(HTTPStub.Reply(raw: text))
    #expect(try failure(stub.url)?.code == .tooLarge)
  }

  @Test func `the caller's limit ends a call that is not answered`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(200).with { $0.silentAfter = 0 })
    #expect(try failure(stub.url, timeout: .milliseconds(200))?.code == .timedOut)
  }

  @Test func `a server that falls silent within a body has stalled`() throws {
    let reply = HTTPStub.Reply(body: [UInt8](repeating: 1, count: 1000))
    let stub = try HTTPStub(reply.with { $0.silentAfter = reply.bytes.count - 1 })
    let error = try failure(stub.url, timeout: .seconds(20), stallLimit: .seconds(1))
    #expect(error?.code == .stalled)
  }

  @Test(arguments: [Duration.zero, .seconds(-1)])
  func `without time nothing is sent`(timeout: Duration) throws {
    let stub = try HTTPStub(HTTPStub.Reply(200))
    #expect(try failure(stub.url, timeout: timeout)?.code == .timedOut)
    #expect(stub.requests.isEmpty)
  }

  @Test func `fault 46: an error shows neither query nor header nor body`() throws {
    let canary = "c4n4ry"
    let stub = try HTTPStub(HTTPStub.Reply(403, [("X", canary)], body: Array(canary.utf8)))
    var client = try HTTPClient()
    let request = HTTPRequest(
      method: "POST", url: "\(stub.url)/path?X-Amz-Signature=\(canary)",
      headers: ["Authorization": canary], body: Array(canary.utf8))
    let error = #expect(throws: HTTPError.self) {
      try client.stream(request, timeout: .seconds(20)) { _, _ in }
    }
    #expect(error.map { "\($0)" } == "POST \(stub.url)/path: the server answered with status 403")
  }

  @Test func `a CA bundle that is not there is refused at once`() throws {
    let error = #expect(throws: HTTPError.self) {
      _ = try HTTPClient(caBundle: "/nowhere/ca.pem")
    }
    #expect(error?.code == .invalidRequest)
    #expect(error?.message.contains("/nowhere/ca.pem") == true)
  }
}
