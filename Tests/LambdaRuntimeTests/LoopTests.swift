import JSON
import LambdaRuntime
import Synchronization
import TestSupport
import Testing

@Suite struct LoopTests {
  private struct Order: Codable {
    let id: Int
    let note: String?
  }

  private struct Doubling: LambdaHandler {
    var handled = 0

    mutating func handle(_ event: Order, context: InvocationContext) throws -> Order {
      handled += 1
      return Order(id: event.id * 2, note: "\(handled)")
    }
  }

  @Test func `an answer is posted under the invocation's id with its length`() throws {
    let run = RuntimeRun(echoing: try RuntimeAPIStub(next: [.invocation("id-7", event: "[1]")]))
    let post = try #require(run.posts.first)
    #expect(post.path == "/2018-06-01/runtime/invocation/id-7/response")
    #expect(post.text == "[1]")
    #expect(post.header("content-length") == "3")
    #expect(post.header("host") == run.stub.address)
    #expect(run.stub.requests.first?.path == "/2018-06-01/runtime/invocation/next")
  }

  @Test func `a typed handler decodes, keeps its state and encodes`() throws {
    let stub = try RuntimeAPIStub(next: [
      .invocation("a", event: #"{"id": 4}"#), .invocation("b", event: #"{"id": 5, "more": []}"#),
    ])
    let run = RuntimeRun(stub) { $0.register("test") { _ in Doubling() } }
    #expect(run.posts.map(\.text) == [#"{"id":8,"note":"1"}"#, #"{"id":10,"note":"2"}"#])
    #expect(run.stub.connectionCount == 1)
  }

  @Test func `an event of another shape is an error that names the place, not the value`() throws {
    let stub = try RuntimeAPIStub(next: [.invocation(event: #"{"id": "canary-5"}"#)])
    let run = RuntimeRun(stub) { $0.register("test") { _ in Doubling() } }
    let post = try #require(run.posts.first)
    #expect(post.path.hasSuffix("/request-1/error"))
    #expect(post.header("lambda-runtime-function-error-type") == "Function.InvalidEvent")
    #expect(
      try post.error().errorMessage == #"The event cannot be read: "id" should be an integer."#)
    #expect(!run.logs.text.contains("canary"))
  }

  @Test func `every header of an invocation reaches the handler`() throws {
    let stub = try RuntimeAPIStub(next: [
      .invocation(
        "id-1",
        headers: [
          "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7;Sampled=1",
          "lambda-runtime-client-context": #"{"client":{"app_title":"é"}}"#,
          "LAMBDA-RUNTIME-COGNITO-IDENTITY": #"{"cognitoIdentityId":"x"}"#,
          "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:1:function:f:live",
          "Lambda-Runtime-Deadline-Ms": "4102444800000",
          "Lambda-Runtime-Aws-Tenant-Id": "tenant-9",
        ])
    ])
    let kept = SharedContext()
    _ = RuntimeRun(stub) { event, context in
      kept.set(context)
      return event
    }
    let seen = try #require(kept.value)
    #expect(seen.requestID == "id-1")
    #expect(seen.traceID == "Root=1-5bef4de7;Sampled=1")
    #expect(seen.clientContext == #"{"client":{"app_title":"é"}}"#)
    #expect(seen.cognitoIdentity == #"{"cognitoIdentityId":"x"}"#)
    #expect(seen.invokedFunctionARN == "arn:aws:lambda:eu-west-1:1:function:f:live")
    #expect(seen.functionName == "f")
    #expect(seen.tenantID == "tenant-9")
    #expect(seen.deadline.remaining > .seconds(60 * 60 * 24))
    #expect(seen.deadline.remaining < .seconds(60 * 60 * 24 * 365 * 100))
  }

  @Test func `fault 9: headers that are missing or empty have defaults`() throws {
    let kept = SharedContext()
    let stub = try RuntimeAPIStub(next: [
      .invocation(
        "id-1", headers: ["Lambda-Runtime-Trace-Id": "", "Lambda-Runtime-Deadline-Ms": ""])
    ])
    let run = RuntimeRun(stub) { event, context in
      kept.set(context)
      return event
    }
    let seen = try #require(kept.value)
    #expect(seen.traceID == nil && seen.invokedFunctionARN == nil && seen.clientContext == nil)
    #expect(seen.functionName == "local")
    #expect(seen.cognitoIdentity == nil && seen.tenantID == nil)
    #expect(seen.deadline.remaining > .seconds(60 * 60 * 24 * 365))
    #expect(run.posts.first?.path.hasSuffix("/id-1/response") == true)
  }

  @Test func `fault 9: an invocation without a usable id cannot be answered, and the loop goes on`()
    throws
  {
    let stub = try RuntimeAPIStub(next: [
      .text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
      .invocation("../../init/error"), .invocation("a b"), .invocation("good"),
    ])
    let run = RuntimeRun(echoing: stub)
    #expect(run.posts.map(\.path) == ["/2018-06-01/runtime/invocation/good/response"])
  }
}

/// The context a handler saw last.
final class SharedContext: Sendable {
  private let state = Mutex<InvocationContext?>(nil)
  var value: InvocationContext? { state.withLock { $0 } }
  func set(_ context: InvocationContext) { state.withLock { $0 = context } }
}
