import Glibc
import LambdaRuntime
import TestSupport
import Testing

@Suite struct ConcurrencyTests {
  /// Counts in plain state, which only one thread may touch.
  private struct Owner: RawLambdaHandler {
    let made: Int
    let atOnce: Counter
    var handled = 0

    mutating func handle(_ event: Span<UInt8>, context: InvocationContext) throws -> [UInt8] {
      handled += 1
      // The first invocation of each worker ends when all of them have theirs.
      if handled == 1 {
        atOnce.add()
        #expect(Patience.until { atOnce.value == 16 })
      }
      return Array(#"{"owner":\#(made),"trace":"\#(context.traceID ?? "")"}"#.utf8)
    }
  }

  @Test func `fault 13: as many workers as asked for, each with its own handler and connection`()
    throws
  {
    let invocations = (0..<400).map { number in
      RuntimeAPIReply.invocation(
        "id-\(number)", headers: ["Lambda-Runtime-Trace-Id": "trace-\(number)"])
    }
    // Refusing one worker ends all of them, so it is done when every answer is there.
    let end = RuntimeAPIReply.when({ $0.posts.count >= 400 }, .status(403))
    let stub = try RuntimeAPIStub(next: invocations + Array(repeating: end, count: 16))
    let (made, atOnce) = (Counter(), Counter())
    let run = RuntimeRun(stub, variables: ["AWS_LAMBDA_MAX_CONCURRENCY": "16"]) { registry in
      registry.register("test") { _ in Owner(made: made.add(), atOnce: atOnce) }
    }
    #expect(made.value == 16)
    #expect(run.stub.connectionCount == 16)
    #expect(run.posts.count == 400)
    #expect(Set(run.posts.map { $0.text.prefix { $0 != "," } }).count == 16)
    for post in run.posts {
      let number = post.path.split(separator: "/")[3].dropFirst(3)
      #expect(post.text.contains(#""trace":"trace-\#(number)""#))
    }
  }

  @Test func `fault 13: one handler that cannot be made ends init for all`() throws {
    let made = Counter()
    let stub = try RuntimeAPIStub(next: [.invocation()])
    let run = RuntimeRun(stub, variables: ["AWS_LAMBDA_MAX_CONCURRENCY": "4"]) { registry in
      registry.register("test") { _ in
        guard made.add() != 3 else { throw ScriptedError() }
        return RawClosure { event, _ in event }
      }
    }
    #expect(run.status == 1)
    #expect(run.stub.requests.map(\.path) == ["/2018-06-01/runtime/init/error"])
  }
}
