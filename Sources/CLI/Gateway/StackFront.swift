import HTTP
import JSON
import System

/// The stack's HTTP front: Lambda's Invoke call for every handler, everything else to `api`.
package struct StackFront: Sendable {
  /// One queue a handler.
  package var queues: [String: InvocationQueue]
  /// API Gateway's own limit for an answer.
  package var patience: Duration

  package init(queues: [String: InvocationQueue], patience: Duration = .seconds(30)) {
    self.queues = queues
    self.patience = patience
  }

  /// What API Gateway takes.
  package static let bodyLimit = 10 * 1024 * 1024

  package func answer(_ request: ServerRequest) -> ServerResponse {
    if let function = InvokeRoute.function(in: request.path) {
      return invoke(function, request)
    }
    if request.isTooLarge {
      return .json(413, #"{"message":"Request Entity Too Large"}"#)
    }
    guard let queue = queues["api"] else {
      return .json(404, #"{"message":"Not Found"}"#)
    }
    let requestID = RandomID.uuid()
    let event = GatewayEvent(request, requestID: requestID, time: .now).json()
    let result = queue.outcome(of: QueuedInvocation(event: event), patience: patience)
    if case .failure(let failure) = result {
      Console.note("\(request.method) \(request.path): \(failure.line)")
    }
    var answer = GatewayReply.response(to: result)
    answer.headers.append("Apigw-Requestid", requestID)
    return answer
  }

  /// Answers as the Invoke call of Lambda does.
  ///
  /// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
  private func invoke(_ function: String, _ request: ServerRequest) -> ServerResponse {
    guard request.method == "POST" else {
      return Self.refusal(405, "MethodNotAllowedException", "Invoke is a POST")
    }
    guard let queue = queues[function] else {
      let known = queues.keys.sorted().joined(separator: ", ")
      return Self.refusal(
        404, "ResourceNotFoundException",
        "Function not found: \(FunctionARN.of(function)). This stack has: \(known)")
    }
    guard !request.isTooLarge, request.body.count <= RuntimeAPIServer.responseLimit else {
      return Self.refusal(413, "RequestTooLargeException", "The event is larger than 6 MiB")
    }
    let event = request.body.isEmpty ? Array("{}".utf8) : request.body
    guard (try? JSON.decode(JSONValue.self, from: event)) != nil else {
      return Self.refusal(400, "InvalidRequestContentException", "The event is not JSON")
    }
    var invocation = QueuedInvocation(event: event)
    if let encoded = request.headers["X-Amz-Client-Context"] {
      guard let context = Base64.decode(Array(encoded.utf8)) else {
        return Self.refusal(
          400, "InvalidRequestContentException", "X-Amz-Client-Context is not base64")
      }
      invocation.clientContext = String(decoding: context, as: UTF8.self)
    }
    switch request.headers["X-Amz-Invocation-Type"] ?? "RequestResponse" {
    case "RequestResponse":
      return Self.lambdaAnswer(queue.outcome(of: invocation), invocation)
    case "Event":
      return accepted(invocation, in: queue)
    case "DryRun":
      return ServerResponse(204)
    case let other:
      return Self.refusal(
        400, "InvalidParameterValueException", "no such invocation type: \(other)")
    }
  }

  /// An asynchronous invocation: taken now, run when its turn comes.
  private func accepted(_ invocation: QueuedInvocation, in queue: InvocationQueue) -> ServerResponse
  {
    do throws(CommandError) {
      try Thread.detached { _ = queue.outcome(of: invocation) }
    } catch {
      return Self.refusal(503, "ServiceException", error.message)
    }
    return ServerResponse(202, headers: ["x-amzn-RequestId": invocation.requestID])
  }

  private static func lambdaAnswer(
    _ result: InvocationResult, _ invocation: QueuedInvocation
  ) -> ServerResponse {
    var headers: HTTPFields = [
      "x-amzn-RequestId": invocation.requestID, "X-Amz-Executed-Version": "$LATEST",
    ]
    switch result {
    case .response(let response):
      headers.append("Content-Type", response.contentType)
      return ServerResponse(200, headers: headers, body: response.body)
    case .failure(let failure):
      headers.append("Content-Type", "application/json")
      headers.append("X-Amz-Function-Error", "Unhandled")
      headers.append("X-Sluice-Error-Type", failure.type)
      return ServerResponse(200, headers: headers, body: failure.body)
    }
  }

  private static func refusal(_ status: Int, _ type: String, _ message: String) -> ServerResponse {
    var json = JSONWriter()
    json.beginObject()
    json.member("Type", "User")
    json.member("Message", message)
    json.endObject()
    var answer = ServerResponse.json(status, json.bytes)
    answer.headers.append("x-amzn-ErrorType", type)
    return answer
  }
}

/// The path of Lambda's Invoke call, so that any AWS SDK can be pointed at the stack.
package enum InvokeRoute {
  package static func path(_ function: String) -> String {
    "/2015-03-31/functions/\(function)/invocations"
  }

  package static func function(in path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[1] == "2015-03-31", parts[2] == "functions",
      parts[4] == "invocations"
    else { return nil }
    return (try? PercentEncoding.decode(parts[3].utf8, plus: .isLiteral)).map(FunctionARN.name)
  }
}
