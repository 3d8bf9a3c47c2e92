import Glibc
import HTTP
import Testing
import TestSupport

@Suite struct HTTPClientTests {
  @Test func `a request arrives as it was written`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(201, [("X-Reply", " a "), ("x-reply", "b")]))
    var client = try HTTPClient()
    let request = HTTPRequest(
      method: "PUT", url: "\(stub.url)/a//b/../c%2Fd?x=1&y",
      headers: ["X-One": "1", "X-One": "2", "X-Empty": ""], body: Array("hello".utf8))
    let response = try client.send(request, timeout: .seconds(20))
    #expect(response.status == 201)
    #expect(response.headers.all("X-REPLY") == ["a", "b"])
    let seen = try #require(stub.requests.first)
    #expect(seen.method == "PUT")
    #expect(seen.target == "/a//b/../c%2Fd?x=1&y")
    #expect(seen.headers.filter { $0.name == "X-One" }.map(\.value) == ["1", "2"])
    #expect(seen.header("X-Empty") == "")
    #expect(seen.header("Content-Length") == "5")
    #expect(seen.header("Expect") == nil && seen.header("Content-Type") == nil)
    #expect(seen.body == Array("hello".utf8))
  }

  @Test(arguments: ["PUT", "POST", "DELETE", "GET", "HEAD"])
  func `a request without a body sends none`(method: String) throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(200, [("Connection", "close")]).with { $0.closes = true })
    var client = try HTTPClient()
    let response = try client.send(
      HTTPRequest(method: method, url: stub.url), timeout: .seconds(20))
    #expect(response.status == 200 && response.body.isEmpty)
    #expect(stub.requests.map(\.method) == [method])
    #expect(stub.requests.first?.body == [])
  }

  @Test func `requests share one connection`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(200, body: [1]), HTTPStub.Reply(404, body: [2]))
    var client = try HTTPClient()
    for _ in 0..<5 { _ = try client.send(HTTPRequest(url: stub.url), timeout: .seconds(20)) }
    #expect(stub.requests.map(\.connection) == [0, 0, 0, 0, 0])
  }

  @Test func `a connection that the server closed meanwhile is replaced`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(200, body: [1]).with { $0.closes = true })
    var client = try HTTPClient()
    for _ in 0..<3 {
      #expect(try client.send(HTTPRequest(url: stub.url), timeout: .seconds(20)).status == 200)
    }
    #expect(stub.requests.map(\.connection) == [0, 1, 2])
  }

  @Test func `a redirect is an answer and not followed`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(307, [("Location", "/elsewhere")]))
    var client = try HTTPClient()
    let response = try client.send(HTTPRequest(url: stub.url), timeout: .seconds(20))
    #expect(response.status == 307)
    #expect(stub.requests.count == 1)
  }

  @Test func `an interim response is not taken for the answer`() throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(
        raw: "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
    var client = try HTTPClient()
    let response = try client.send(HTTPRequest(url: stub.url), timeout: .seconds(20))
    #expect(response.status == 200 && response.body == Array("ok".utf8))
    #expect(response.headers["Link"] == nil)
  }

  @Test func `a body in chunks is put together`() throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(
        raw: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Trailer: 1\r\n\r\n"))
    var client = try HTTPClient()
    let response = try client.send(HTTPRequest(url: stub.url), timeout: .seconds(20))
    #expect(response.body == Array("abcdefg".utf8))
    #expect(response.headers["X-Trailer"] == nil)
  }

  @Test func `a body above the limit is refused`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(body: [UInt8](repeating: 7, count: 1001)))
    var client = try HTTPClient()
    let error = #expect(throws: HTTPError.self) {
      try client.send(HTTPRequest(url: stub.url), timeout: .seconds(20), bodyLimit: 1000)
    }
    #expect(error?.code == .tooLarge)
    let response = try client.send(
      HTTPRequest(url: stub.url), timeout: .seconds(20), bodyLimit: 1001)
    #expect(response.body.count == 1001)
  }

  @Test(arguments: [
    HTTPRequest(url: "ftp://127.0.0.1/"), HTTPRequest(url: "file:///etc/passwd"),
    HTTPRequest(url: "http://"), HTTPRequest(url: "http://user:secret@127.0.0.1/"),
    HTTPRequest(url: "http://127.0.0.1/a b"), HTTPRequest(url: "http://127.0.0.1/é"),
    HTTPRequest(url: "http://127.0.0.1/\r\nX: y"), HTTPRequest(url: ""),
    HTTPRequest(method: "GET /x", url: "http://127.0.0.1/"),
    HTTPRequest(url: "http://127.0.0.1/", headers: ["X": "a\r\nInjected: b"]),
    HTTPRequest(url: "http://127.0.0.1/", headers: ["X": "a\u{0}b"]),
    HTTPRequest(url: "http://127.0.0.1/", headers: ["X:Y": "a"]),
    HTTPRequest(url: "http://127.0.0.1/", headers: ["": "a"]),
  ])
  func `a request that is not well-formed is never sent`(request: HTTPRequest) throws {
    var client = try HTTPClient()
    let error = #expect(throws: HTTPError.self) {
      try client.send(request, timeout: .seconds(20))
    }
    #expect(error?.code == .invalidRequest)
    #expect(error?.description.contains("secret") == false)
  }

  @Test func `fault 45: proxy variables do not touch requests to this machine`() async {
    // In a process of its own, because other tests' programs would inherit the variable.
    await #expect(processExitsWith: .success) {
      let proxy = try HTTPStub(HTTPStub.Reply(502))
      let stub = try HTTPStub(HTTPStub.Reply(200))
      unsafe setenv("http_proxy", proxy.url, 1)
      var client = try HTTPClient()
      #expect(try client.send(HTTPRequest(url: stub.url), timeout: .seconds(20)).status == 200)
      let far = HTTPRequest(url: "http://sluice.invalid/")
      #expect(try client.send(far, timeout: .seconds(20)).status == 502)
      #expect(proxy.requests.map(\.target) == ["http://sluice.invalid/"])
    }
  }
}
