import CLI
import JSON
import LambdaRuntime
import Synchronization
import TestSupport
import Testing

/// The Runtime API of the local stack, with the real runtime loop at the other end.
@Suite struct `Runtime API server` {
  struct Failure: FunctionError {
    var errorType: String { "BadEvent" }
    var message: String { "line one\nline \"two\"" }
  }

  /// Does what its event says.
  struct Obedient: RawLambdaHandler {
    mutating func handle(_ event: Span<UInt8>, context: InvocationContext) throws -> [UInt8] {
      let value = try JSON.decode(JSONValue.self, from: event)
      switch value["do"]?.string {
      case "fail": throw Failure()
      case "grow": return [UInt8](repeating: UInt8(ascii: "1"), count: 6 * 1024 * 1024 + 101)
      case "context":
        return Array(
          #"{"id":"\#(context.requestID)","client":\#(context.clientContext ?? "null")}"#.utf8)
      default: return event.indices.map { event[$0] }
      }
    }
  }

  struct Streaming: StreamingLambdaHandler {
    mutating func handle(
      _ event: JSONValue, context: InvocationContext, response: inout ResponseStream
    ) throws {
      try response.write([UInt8](repeating: 7, count: 100_000).span)
      if event["do"]?.string == "fail" { throw Failure() }
    }
  }

  static func registry() -> HandlerRegistry {
    var registry = HandlerRegistry()
    registry.register("obedient") { _ in Obedient() }
    registry.register("streaming") { _ in Streaming() }
    registry.register("broken") { _ -> Obedient in throw Failure() }
    return registry
  }

  /// Runs the loop on a thread of its own while the body invokes; when it ends it starts again, as
  /// what told of a broken init before anybody waited would tell nobody.
  static func withRuntime<R>(
    _ handler: String, timeLimit: Duration = Patience.limit, _ body: (InvocationQueue) throws -> R
  ) throws -> R {
    let queue = try InvocationQueue(timeLimit: timeLimit)
    let server = try RuntimeAPIServer(function: handler, queue: queue)
    let variables = EnvironmentVariables([
      "_HANDLER": handler, "AWS_LAMBDA_RUNTIME_API": server.address,
    ])
    let isOver = Latch()
    let runtime = try Thread {
      repeat { _ = Self.registry().run(variables) } while !isOver.isOpen
    }
    let result = Result { try body(queue) }
    isOver.open()
    queue.release()
    _ = consume runtime
    return try result.get()
  }

  static func event(_ what: String) -> QueuedInvocation {
    QueuedInvocation(event: Array(#"{"do":"\#(what)"}"#.utf8))
  }

  @Test func `an answer comes back`() throws {
    let bodies = try Self.withRuntime("obedient") { queue in
      try ["one", "two", "three"].map { what -> [UInt8] in
        guard case .response(let response) = try queue.invoke(Self.event(what)) else { return [] }
        return response.body
      }
    }
    #expect(bodies == ["one", "two", "three"].map { Self.event($0).event })
  }

  @Test func `an error comes back with its type and as valid JSON`() throws {
    let result = try Self.withRuntime("obedient") { try $0.invoke(Self.event("fail")) }
    guard case .failure(let failure) = result else {
      Issue.record("no failure")
      return
    }
    #expect(failure.type == "Function.BadEvent")
    let body = try JSON.decode(JSONValue.self, from: failure.body)
    #expect(body["errorMessage"] == .string("line one\nline \"two\""))
  }

  @Test func `an answer over the limit is refused, and the next one is not`() throws {
    let (large, next) = try Self.withRuntime("obedient") { queue in
      (try queue.invoke(Self.event("grow")), try queue.invoke(Self.event("on")))
    }
    guard case .failure(let failure) = large, case .response = next else {
      Issue.record("\(large) \(next)")
      return
    }
    #expect(failure.type == "Function.ResponseSizeTooLarge")
  }

  @Test func `the request id and the client context reach the handler`() throws {
    var invocation = Self.event("context")
    invocation.clientContext = #"{"custom":{"a":"b"}}"#
    let sent = invocation
    let result = try Self.withRuntime("obedient") { try $0.invoke(sent) }
    guard case .response(let response) = result else {
      Issue.record("no response")
      return
    }
    let value = try JSON.decode(JSONValue.self, from: response.body)
    #expect(value["id"] == .string(sent.requestID))
    #expect(value["client"]?["custom"]?["a"] == .string("b"))
  }

  @Test func `a stream arrives whole`() throws {
    let result = try Self.withRuntime("streaming") { try $0.invoke(Self.event("on")) }
    guard case .response(let response) = result else {
      Issue.record("no response")
      return
    }
    #expect(response.isStreamed)
    #expect(response.body == [UInt8](repeating: 7, count: 100_000))
  }

  @Test func `a stream that fails half-way is a function error by its trailers`() throws {
    let result = try Self.withRuntime("streaming") { try $0.invoke(Self.event("fail")) }
    guard case .failure(let failure) = result else {
      Issue.record("no failure")
      return
    }
    #expect(failure.type == "Function.BadEvent")
    let body = try JSON.decode(JSONValue.self, from: failure.body)
    #expect(body["errorMessage"] == .string("line one\nline \"two\""))
  }

  @Test func `an init error fails what waits`() throws {
    let result = try Self.withRuntime("broken") {
      try $0.invoke(Self.event("on"), patience: Patience.limit)
    }
    guard case .failure(let failure) = result else {
      Issue.record("no failure")
      return
    }
    #expect(failure.type == "Function.BadEvent")
  }

  @Test func `invocations stand in line`() throws {
    let ids = Collected()
    let sent = (0..<8).map { _ in Self.event("context") }
    try Self.withRuntime("obedient") { queue in
      let first = try Thread { ids.add(sent[0], queue) }
      let second = try Thread { for one in sent[1...3] { ids.add(one, queue) } }
      let third = try Thread { for one in sent[4...] { ids.add(one, queue) } }
      _ = consume first
      _ = consume second
      _ = consume third
    }
    #expect(ids.all == Set(sent.map(\.requestID)))
  }

  /// The request ids that handlers saw, collected by several threads.
  final class Collected: Sendable {
    private let ids = Mutex<Set<String>>([])

    var all: Set<String> { ids.withLock { $0 } }

    func add(_ invocation: QueuedInvocation, _ queue: InvocationQueue) {
      guard case .response(let response) = try? queue.invoke(invocation),
        let value = try? JSON.decode(JSONValue.self, from: response.body),
        let id = value["id"]?.string
      else { return }
      ids.withLock { _ = $0.insert(id) }
    }
  }
}
