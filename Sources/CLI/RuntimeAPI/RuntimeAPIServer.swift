import HTTP
import JSON
import Synchronization
import System

/// Serves one handler's process the AWS Lambda Runtime API, version 2018-06-01.
///
/// The paths name no handler, so each handler has a server, and a port, of its own.
package struct RuntimeAPIServer: ~Copyable {
  private let queue: InvocationQueue
  private let server: HTTPServer

  /// What Lambda takes: 6 MiB and 100 bytes.
  package static let responseLimit = 6 * 1024 * 1024 + 100
  /// What it takes of a streamed response.
  static let streamLimit = 200 * 1024 * 1024

  package init(function: String, queue: InvocationQueue) throws(CommandError) {
    let routes = RuntimeAPIRoutes(function: function, queue: queue)
    self.queue = queue
    server = try HTTPServer(
      port: 0, bodyLimit: Self.streamLimit,
      aborted: { routes.aborted($0) },
      handler: { routes.answer($0) })
  }

  deinit { queue.release() }

  package var port: UInt16 { server.port }
  /// The value of `AWS_LAMBDA_RUNTIME_API`.
  package var address: String { "127.0.0.1:\(server.port)" }
}

/// The Runtime API's routes, without the network.
package struct RuntimeAPIRoutes: Sendable {
  package var function: String
  package var queue: InvocationQueue

  package init(function: String, queue: InvocationQueue) {
    self.function = function
    self.queue = queue
  }

  private enum Route {
    case next, initError
    case response(String), error(String)

    init?(_ method: String, _ path: String) {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 5, parts[0].isEmpty, parts[1] == "2018-06-01", parts[2] == "runtime"
      else { return nil }
      switch (method, parts[3], parts.count) {
      case ("GET", "invocation", 5) where parts[4] == "next": self = .next
      case ("POST", "invocation", 6) where parts[5] == "response": self = .response(parts[4])
      case ("POST", "invocation", 6) where parts[5] == "error": self = .error(parts[4])
      case ("POST", "init", 5) where parts[4] == "error": self = .initError
      default: return nil
      }
    }
  }

  package func answer(_ request: ServerRequest) -> ServerResponse {
    switch Route(request.method, request.path) {
    case .next: return next(request)
    case .response(let id): return response(request, to: id)
    case .error(let id):
      let failure = InvocationFailure(type: Self.errorType(of: request), body: request.body)
      return settle(id, with: .failure(failure))
    case .initError:
      queue.initFailed(InvocationFailure(type: Self.errorType(of: request), body: request.body))
      return Self.accepted
    case nil:
      return Self.refusal(404, "ResourceNotFound", "no such path in the Runtime API")
    }
  }

  /// A response that broke off half-way fails its invocation.
  package func aborted(_ request: ServerRequest) {
    guard case .response(let id) = Route(request.method, request.path) else { return }
    try? queue.settle(
      id,
      with: .failure(
        InvocationFailure(type: "Runtime.TruncatedResponse", message: "the response broke off")))
  }

  private func next(_ request: ServerRequest) -> ServerResponse {
    guard let (invocation, deadline) = queue.next(socket: request.socket) else {
      return Self.refusal(403, "InvalidStateTransition", "the stack is stopping")
    }
    var headers: HTTPFields = [
      "Content-Type": "application/json",
      "Lambda-Runtime-Aws-Request-Id": invocation.requestID,
      "Lambda-Runtime-Deadline-Ms": String(deadline),
      "Lambda-Runtime-Trace-Id": invocation.traceID,
      "Lambda-Runtime-Invoked-Function-Arn": FunctionARN.of(function),
    ]
    if let context = invocation.clientContext {
      headers.append("Lambda-Runtime-Client-Context", context)
    }
    return ServerResponse(200, headers: headers, body: invocation.event)
  }

  private func response(_ request: ServerRequest, to id: String) -> ServerResponse {
    let mode = request.headers["Lambda-Runtime-Function-Response-Mode"]
    if let mode, mode != "streaming" {
      return Self.refusal(400, "InvalidFunctionResponseMode", "unknown response mode")
    }
    let limit = mode == nil ? RuntimeAPIServer.responseLimit : RuntimeAPIServer.streamLimit
    if request.isTooLarge || request.body.count > limit {
      let message =
        "Response payload size exceeded maximum allowed payload size (\(limit) bytes)."
      let failure = InvocationFailure(type: "Function.ResponseSizeTooLarge", message: message)
      let refused = settle(id, with: .failure(failure))
      return refused.status == 202
        ? Self.refusal(413, "RequestEntityTooLarge", message) : refused
    }
    if mode != nil, let type = request.trailers["Lambda-Runtime-Function-Error-Type"] {
      let text = request.trailers["Lambda-Runtime-Function-Error-Body"] ?? ""
      let body = Base64.decode(Array(text.utf8)) ?? []
      return settle(id, with: .failure(InvocationFailure(type: Self.errorType(type), body: body)))
    }
    return settle(
      id,
      with: .response(
        InvocationResponse(
          contentType: request.headers["Content-Type"] ?? "application/octet-stream",
          body: request.body, isStreamed: mode != nil)))
  }

  private func settle(_ id: String, with result: InvocationResult) -> ServerResponse {
    do throws(InvocationQueue.Refusal) {
      try queue.settle(id, with: result)
      return Self.accepted
    } catch {
      switch error {
      case .unknownRequestID: return Self.refusal(400, "InvalidRequestID", "Invalid request ID")
      case .alreadySettled:
        return Self.refusal(403, "InvalidStateTransition", "the invocation has its answer")
      }
    }
  }

  private static var accepted: ServerResponse { .json(202, #"{"status":"OK"}"#) }

  private static func refusal(_ status: Int, _ type: String, _ message: String) -> ServerResponse {
    .json(status, InvocationFailure(type: type, message: message).body)
  }

  private static func errorType(of request: ServerRequest) -> String {
    errorType(request.headers["Lambda-Runtime-Function-Error-Type"] ?? "")
  }

  /// Keeps a type that holds `(Runtime|Function).[A-Z][a-zA-Z]+`, as the service does.
  package static func errorType(_ sent: String) -> String {
    for family in ["Runtime.", "Function."] {
      var rest = sent[...]
      while let start = rest.firstRange(of: family) {
        let name = rest[start.upperBound...]
        if let first = name.utf8.first, first >= 65, first <= 90,
          let second = name.utf8.dropFirst().first, second.isASCIILetter
        {
          return sent
        }
        rest = name
      }
    }
    return sent.hasPrefix("Function.") ? "Function.Unknown" : "Runtime.Unknown"
  }
}

/// Function names in the form of AWS resource names.
package enum FunctionARN {
  static let account = "123456789012"

  static func of(_ function: String) -> String {
    "arn:aws:lambda:us-east-1:\(account):function:\(function)"
  }

  /// The plain name in what the Lambda API accepts: a name, `name:version`, or a full ARN.
  package static func name(in text: String) -> String {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if let index = parts.firstIndex(of: "function"), index + 1 < parts.count {
      return parts[index + 1]
    }
    return parts.first ?? text
  }
}
