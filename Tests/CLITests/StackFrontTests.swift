import CLI
import HTTP
import JSON
import TestSupport
import Testing

/// The stack's front with an echo for a handler.
@Suite struct `Stack front` {
  static func withFront<R>(_ body: (StackFront) throws -> R) throws -> R {
    let queue = try InvocationQueue(timeLimit: Patience.limit)
    let echo = try Thread {
      while let (invocation, _) = queue.next() {
        let context = invocation.clientContext ?? String(decoding: invocation.event, as: UTF8.self)
        let response = InvocationResponse(
          contentType: "application/json", body: Array(context.utf8))
        let isFailure = context.contains("fail")
        let failure = InvocationFailure(type: "Function.Oops", body: Array("{}".utf8))
        try? queue.settle(
          invocation.requestID, with: isFailure ? .failure(failure) : .response(response))
      }
    }
    let result = Result { try body(StackFront(queues: ["api": queue], patience: Patience.limit)) }
    queue.release()
    _ = consume echo
    return try result.get()
  }

  static func invoke(
    _ function: String, _ body: String, _ headers: HTTPFields = [:]
  ) -> ServerRequest {
    ServerRequest(
      method: "POST", target: InvokeRoute.path(function), headers: headers,
      body: Array(body.utf8))
  }

  @Test(arguments: ["api", "api:PROD", "arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Aapi"])
  func `Invoke answers with the handler's bytes`(function: String) throws {
    let answer = try Self.withFront { $0.answer(Self.invoke(function, "[1,2]")) }
    #expect(answer.status == 200)
    #expect(answer.body == Array("[1,2]".utf8))
    #expect(answer.headers["X-Amz-Function-Error"] == nil)
  }

  @Test func `a function error is marked as Lambda marks it`() throws {
    let answer = try Self.withFront { $0.answer(Self.invoke("api", "\"fail\"")) }
    #expect(answer.status == 200)
    #expect(answer.headers["X-Amz-Function-Error"] == "Unhandled")
    #expect(answer.headers["X-Sluice-Error-Type"] == "Function.Oops")
  }

  @Test func `the client context is decoded`() throws {
    let context = String(decoding: Base64.encode(Array(#"{"a":1}"#.utf8)), as: UTF8.self)
    let answer = try Self.withFront {
      $0.answer(Self.invoke("api", "{}", ["X-Amz-Client-Context": context]))
    }
    #expect(answer.body == Array(#"{"a":1}"#.utf8))
  }

  static let refused: [(request: ServerRequest, status: Int, type: String)] = [
    (invoke("nope", "{}"), 404, "ResourceNotFoundException"),
    (invoke("api", "{"), 400, "InvalidRequestContentException"),
    (invoke("api", "{}", ["X-Amz-Client-Context": "*"]), 400, "InvalidRequestContentException"),
    (
      invoke("api", "{}", ["X-Amz-Invocation-Type": "Later"]), 400,
      "InvalidParameterValueException"
    ),
    (
      ServerRequest(method: "GET", target: InvokeRoute.path("api")), 405,
      "MethodNotAllowedException"
    ),
    (
      ServerRequest(method: "POST", target: InvokeRoute.path("api"), isTooLarge: true), 413,
      "RequestTooLargeException"
    ),
  ]

  @Test(arguments: refused)
  func `a wrong call is refused as Lambda refuses it`(
    request: ServerRequest, status: Int, type: String
  ) throws {
    let answer = try Self.withFront { $0.answer(request) }
    #expect(answer.status == status)
    #expect(answer.headers["x-amzn-ErrorType"] == type)
    #expect((try? JSON.decode(JSONValue.self, from: answer.body))?["Message"]?.string != nil)
  }

  @Test func `an asynchronous call is taken at once, a dry run is not run`() throws {
    try Self.withFront { front in
      let event = front.answer(Self.invoke("api", "{}", ["X-Amz-Invocation-Type": "Event"]))
      #expect(event.status == 202)
      let dry = front.answer(Self.invoke("api", "{}", ["X-Amz-Invocation-Type": "DryRun"]))
      #expect(dry.status == 204)
    }
  }

  @Test func `everything else goes to api as an event`() throws {
    let answer = try Self.withFront {
      $0.answer(ServerRequest(method: "GET", target: "/read/first-chunk?a=b"))
    }
    // The echo gives the event back, which has no statusCode and so is the body.
    #expect(answer.status == 200)
    let event = try JSON.decode(JSONValue.self, from: answer.body)
    #expect(event["rawPath"] == .string("/read/first-chunk"))
    #expect(answer.headers["Apigw-Requestid"] == event["requestContext"]?["requestId"]?.string)
  }

  @Test func `nobody to take an invocation is a time-out`() throws {
    let queue = try InvocationQueue(timeLimit: .seconds(5))
    let front = StackFront(queues: ["api": queue], patience: .milliseconds(50))
    #expect(front.answer(ServerRequest(method: "GET", target: "/")).status == 504)
    #expect(
      StackFront(queues: [:]).answer(ServerRequest(method: "GET", target: "/")).status == 404)
  }
}
