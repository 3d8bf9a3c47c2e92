import Glibc
import JSON
import LambdaRuntime
import TestSupport
import Testing

@Suite struct StreamTests {
  private struct Streaming: StreamingLambdaHandler {
    let body: @Sendable (inout ResponseStream) throws -> Void

    mutating func handle(
      _ event: JSONValue, context: InvocationContext, response: inout ResponseStream
    ) throws {
      try body(&response)
    }
  }

  private func run(
    _ stub: RuntimeAPIStub, _ body: @escaping @Sendable (inout ResponseStream) throws -> Void
  ) -> RuntimeRun {
    RuntimeRun(stub) { $0.register("test") { _ in Streaming(body: body) } }
  }

  @Test func `a streamed answer comes in the pieces it was written in`() throws {
    let run = run(try RuntimeAPIStub(next: [.invocation(), .invocation("b")])) { response in
      try response.write("first ")
      try response.write("")
      try response.write([UInt8](repeating: 0x61, count: 100_000))
    }
    #expect(run.posts.count == 2 && run.stub.connectionCount == 1)
    let post = try #require(run.posts.first)
    #expect(post.path.hasSuffix("/request-1/response"))
    #expect(post.header("lambda-runtime-function-response-mode") == "streaming")
    #expect(post.header("transfer-encoding") == "chunked")
    #expect(post.header("content-type") == "application/octet-stream")
    #expect(
      post.header("trailer")
        == "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
    #expect(post.chunks == [6, 100_000])
    #expect(post.isComplete && post.trailers.isEmpty)
  }

  @Test func `status, headers and cookies go before the body with eight zero bytes`() throws {
    let run = run(try RuntimeAPIStub(next: [.invocation()])) { response in
      try response.setHTTP(
        status: 201, headers: ["Content-Type": "text/csv"], cookies: ["a=1; Secure"])
      try response.write("body")
    }
    let post = try #require(run.posts.first)
    #expect(
      post.header("content-type") == "application/vnd.awslambda.http-integration-response")
    let prelude =
      #"{"statusCode":201,"headers":{"Content-Type":"text/csv"},"cookies":["a=1; Secure"]}"#
    #expect(post.text == prelude + String(repeating: "\0", count: 8) + "body")
  }

  @Test func `an answer of nothing is an empty stream`() throws {
    let run = run(try RuntimeAPIStub(next: [.invocation()])) { _ in }
    let post = try #require(run.posts.first)
    #expect(post.isComplete && post.body.isEmpty)
  }

  @Test func `fault 11: a failure after the first piece ends the stream with trailers`() throws {
    let run = run(try RuntimeAPIStub(next: [.invocation(), .invocation("b")])) { response in
      try response.write("half")
      throw ScriptedError(message: "line 1\nline 2")
    }
    #expect(run.posts.count == 2 && run.stub.connectionCount == 1)
    let post = try #require(run.posts.first)
    #expect(post.isComplete && post.text == "half")
    #expect(post.trailer("lambda-runtime-function-error-type") == "Function.BadCsv")
    let body = try #require(post.trailer("lambda-runtime-function-error-body"))
    let error = try JSON.decode(PostedError.self, from: try #require(decodeBase64(body)))
    #expect(error.errorMessage == "line 1\nline 2" && error.errorType == "Function.BadCsv")
  }

  @Test(arguments: ["x", "\u{0}", "é\n\"", "🛶"])
  func `fault 11: a long message is cut to what a server takes as trailers`(text: String) throws {
    let run = run(try RuntimeAPIStub(next: [.invocation()])) { response in
      try response.write("half")
      throw ScriptedError(message: String(repeating: text, count: 20_000))
    }
    let post = try #require(run.posts.first)
    let size = post.trailers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    #expect(size < 4000)
    let body = try #require(post.trailer("lambda-runtime-function-error-body"))
    let error = try JSON.decode(PostedError.self, from: try #require(decodeBase64(body)))
    #expect(error.errorMessage.hasPrefix(String(repeating: text, count: 50)))
  }

  @Test func `a kept-alive connection that was closed meanwhile is not streamed over`() throws {
    let invocation = RuntimeAPIReply.bytesThenClose(
      RuntimeAPIReply.invocationBytes("a", event: Array("{}".utf8)))
    let stub = try RuntimeAPIStub(next: [invocation, .invocation("b")])
    let called = Counter()
    let run = run(stub) { response in
      if called.add() == 1 {
        #expect(Patience.until { stub.openConnectionCount == 0 })
        // The kernel may still have to tell us.
        usleep(20_000)
      }
      try response.write("first ")
      usleep(20_000)
      try response.write("second")
    }
    #expect(run.posts.map(\.route) == ["a/response", "b/response"])
    #expect(run.posts.map(\.text) == ["first second", "first second"])
  }

  @Test func `fault 11: a failure before the first piece is a plain error`() throws {
    let run = run(try RuntimeAPIStub(next: [.invocation()])) { response in
      try response.setHTTP(status: 200)
      throw ScriptedError()
    }
    let post = try #require(run.posts.first)
    #expect(run.posts.count == 1)
    #expect(post.path.hasSuffix("/error"))
    #expect(try post.error().errorType == "Function.BadCsv")
  }

  @Test func `the head cannot be set once the body has begun`() throws {
    let run = run(try RuntimeAPIStub(next: [.invocation()])) { response in
      try response.write("x")
      try response.setHTTP(status: 500)
    }
    let post = try #require(run.posts.first)
    #expect(post.trailer("lambda-runtime-function-error-type") == "Function.ResponseAlreadyBegun")
  }

  @Test func `fault 12: a handler whose caller has gone is stopped and the loop goes on`() throws {
    let stub = try RuntimeAPIStub(
      next: [.invocation("a"), .invocation("b", event: "[]")], posts: [.closeAfter(10)])
    let (called, written) = (Counter(), Counter())
    let run = run(stub) { response in
      guard called.add() == 1 else { return try response.write("next") }
      for _ in 0..<100_000 {
        try response.write([UInt8](repeating: 0x61, count: 10_000))
        written.add()
      }
    }
    #expect(run.posts.map(\.route) == ["a/response", "b/response"])
    #expect(run.posts.last?.text == "next")
    #expect(written.value < 100_000)
    #expect(run.logs.text.contains("Function.CallerGone"))
  }

  @Test func `a stream that is refused midway is stopped and the status logged`() throws {
    let stub = try RuntimeAPIStub(
      next: [.invocation("a"), .invocation("b")], posts: [.refuseAfter(1000, status: 403)])
    let (called, written) = (Counter(), Counter())
    let run = run(stub) { response in
      guard called.add() == 1 else { return try response.write("next") }
      for _ in 0..<100_000 {
        try response.write([UInt8](repeating: 0x61, count: 1000))
        written.add()
      }
    }
    #expect(run.posts.map(\.route) == ["a/response", "b/response"])
    #expect(run.logs.text.contains("refused with status 403"))
    #expect(written.value < 100_000)
  }

  private func decodeBase64(_ text: String) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var bits = 0
    var count = 0
    var bytes: [UInt8] = []
    for character in text where character != "=" {
      guard let digit = alphabet.firstIndex(of: character) else { return nil }
      bits = bits << 6 | digit
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
    }
    return bytes
  }
}
