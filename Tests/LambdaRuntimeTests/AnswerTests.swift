import JSON
import LambdaRuntime
import TestSupport
import Testing

@Suite struct AnswerTests {
  private static let limit = 6_291_556

  @Test(arguments: [limit - 1, limit])
  func `fault 3: an answer within the limit is posted`(size: Int) throws {
    let run = RuntimeRun(try RuntimeAPIStub(next: [.invocation()])) { _, _ in
      [UInt8](repeating: 0x20, count: size)
    }
    let post = try #require(run.posts.first)
    #expect(post.path.hasSuffix("/response") && post.body.count == size)
  }

  @Test func `fault 3: one byte over the limit is an error the caller can understand`() throws {
    let run = RuntimeRun(try RuntimeAPIStub(next: [.invocation()])) { _, _ in
      [UInt8](repeating: 0x20, count: Self.limit + 1)
    }
    #expect(run.posts.count == 1)
    let post = try #require(run.posts.first)
    #expect(post.path.hasSuffix("/error"))
    #expect(post.header("lambda-runtime-function-error-type") == "Function.ResponseSizeTooLarge")
    #expect(try post.error().errorMessage.contains("6291557"))
  }

  @Test func `fault 3: after a 413 nothing more is posted for the invocation`() throws {
    let stub = try RuntimeAPIStub(
      next: [.invocation("a"), .invocation("b")], posts: [.status(413)])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.map(\.route) == ["a/response", "b/response"])
    #expect(run.logs.text.contains("Function.ResponseSizeTooLarge"))
  }

  @Test func `fault 3: a refusal in the midst of an answer is understood`() throws {
    let stub = try RuntimeAPIStub(
      next: [.invocation("a"), .invocation("b")], posts: [.refuseAfter(1000, status: 413)])
    let run = RuntimeRun(stub) { _, _ in [UInt8](repeating: 0x20, count: 6_000_000) }
    #expect(run.posts.map(\.route) == ["a/response", "b/response"])
    #expect(run.logs.text.contains("Function.ResponseSizeTooLarge"))
  }

  @Test(arguments: [400, 403, 404])
  func `fault 8: an answer that is refused is logged and the loop goes on`(status: Int) throws {
    let stub = try RuntimeAPIStub(
      next: [.invocation("a"), .invocation("b")], posts: [.status(status)])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.count == 2)
    #expect(run.logs.lines.count(where: { $0.contains("refused with status \(status)") }) == 1)
  }

  @Test func `an answer is posted again while the service is in trouble, but not for ever`() throws
  {
    let trouble = Array(repeating: RuntimeAPIReply.status(500), count: 3)
    let stub = try RuntimeAPIStub(
      next: [.invocation("a"), .invocation("b")], posts: [.status(429)] + [.status(202)] + trouble)
    let run = RuntimeRun(echoing: stub)
    #expect(
      run.posts.map(\.route)
        == ["a/response", "a/response", "b/response", "b/response", "b/response"])
    #expect(run.logs.text.contains("could not be posted"))
  }

  @Test func `an answer is posted over a new connection when the old one was closed`() throws {
    let stub = try RuntimeAPIStub(next: [.invocation("a")], posts: [.close])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.count == 2 && run.stub.connectionCount == 2)
  }

  @Test func `an error without a public message tells nothing of what it holds`() throws {
    struct Private: Error { let value = "canary-4711" }
    let run = RuntimeRun(try RuntimeAPIStub(next: [.invocation()])) { _, _ in throw Private() }
    let post = try #require(run.posts.first)
    #expect(post.header("lambda-runtime-function-error-type") == "Function.Unhandled")
    #expect(!post.text.contains("canary") && !run.logs.text.contains("canary"))
  }

  @Test(arguments: [
    ("BadCsv", "Function.BadCsv"), ("badCsv", "Function.BadCsv"),
    ("Function.BadCsv", "Function.BadCsv"),
    ("Runtime.Gone", "Runtime.Gone"), ("Bad CSV: \r\nX: y", "Function.BadCSVXy"),
    ("", "Function.Unhandled"),
    ("É", "Function.Unhandled"), ("42", "Function.Unhandled"), ("X", "Function.Unhandled"),
  ])
  func `an error type is made what the service accepts`(given: String, posted: String) throws {
    let run = RuntimeRun(try RuntimeAPIStub(next: [.invocation()])) { _, _ in
      throw ScriptedError(errorType: given)
    }
    let post = try #require(run.posts.first)
    #expect(post.header("lambda-runtime-function-error-type") == posted)
    #expect(post.header("content-type") == "application/vnd.aws.lambda.error+json")
    #expect(try post.error().errorType == posted)
  }

  @Test(arguments: 0..<40)
  func `fault 4: an error of any text is valid JSON, in the body and for X-Ray`(seed: UInt64) throws
  {
    var generator = SeededGenerator(seed: seed)
    let count = seed < 2 ? 1_000_000 : Int.random(in: 0..<2000, using: &generator)
    let alphabet: [UInt8] = [
      0, 0x0A, 0x0D, 0x1F, 0x22, 0x5C, 0x7F, 0x80, 0xC3, 0xA9, 0xED, 0xF0, 0x41,
    ]
    let noise = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
    let message = String(decoding: noise, as: UTF8.self)
    let run = RuntimeRun(try RuntimeAPIStub(next: [.invocation()])) { _, _ in
      throw ScriptedError(message: message)
    }
    let post = try #require(run.posts.first)
    let posted = try post.error().errorMessage
    #expect(post.body.count < 200_000)
    #expect(count > 5000 ? message.hasPrefix(posted.dropLast(7)) : posted == message)
    let cause = try #require(post.header("lambda-runtime-function-xray-error-cause"))
    #expect(cause.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && cause.utf8.count < 64 * 1024)
    let tree = try JSON.decode(JSONValue.self, from: Array(cause.utf8))
    #expect(tree["exceptions"]?[0]?["type"]?.string == "Function.BadCsv")
    for line in run.logs.lines {
      _ = try JSON.decode(JSONValue.self, from: Array(line.utf8))
    }
  }
}

/// Random numbers that are the same in every run (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  var seed: UInt64

  mutating func next() -> UInt64 {
    seed &+= 0x9E37_79B9_7F4A_7C15
    var mixed = seed
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
