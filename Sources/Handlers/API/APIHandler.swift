internal import AWS
internal import Datasets
internal import JSON
public import LambdaEvents
public import LambdaRuntime
internal import Postgres

/// The handler `api`: HTTP calls through API Gateway or a Function URL, answered from the database.
///
/// PostgreSQL builds the JSON, and its bytes are sent unchanged. A Function URL can get its answer
/// as a stream; the other front doors get it whole.
public struct APIHandler: StreamingLambdaHandler, ~Copyable {
  private let routes = RouteTable.all
  private var services: APIServices

  /// Makes the handler from the process's variables.
  ///
  /// - Throws: An error that names the variable or the place in the Data Package at fault.
  public init(variables: EnvironmentVariables) throws {
    services = try APIServices(variables: variables)
  }

  /// Answers one HTTP call, errors as problem documents, or makes a change of users.
  public mutating func handle(
    _ event: APIEvent, context: InvocationContext, response: inout ResponseStream
  ) throws {
    switch event {
    case .call(let request): try answer(request, context, &response)
    case .users(let change): try response.answer(change.run(variables: services.variables))
    }
  }

  private mutating func answer(
    _ request: APIRequest, _ context: InvocationContext, _ response: inout ResponseStream
  ) throws {
    let filter = ResponseFilter(request, services.settings)
    var answer = reply(to: request, context)
    if case .stream(let head, let body) = answer {
      do {
        let head = filter.addHeaders(to: head)
        try response.setHTTP(status: head.status, headers: head.headers)
        return try body(&services, &response)
      } catch {
        guard !response.isBegun else { throw error }
        answer = .whole(problem(of: error, context).response(requestID: context.requestID))
      }
    }
    guard case .whole(let whole) = answer, request.shape == .functionURL,
      services.settings.functionURLStreams
    else { return try response.answer(payload(of: answer, request, context)) }
    let finished = filter.apply(to: whole)
    try response.setHTTP(status: finished.status, headers: finished.headers)
    try response.write(finished.body)
  }

  /// Answers one HTTP call with the payload for its front door, without a stream.
  package mutating func answer(_ request: APIRequest, context: InvocationContext) -> [UInt8] {
    payload(of: reply(to: request, context), request, context)
  }

  /// The payload that a front door takes for a whole answer, or for the problem that there is none.
  private func payload(
    of answer: APIAnswer, _ request: APIRequest, _ context: InvocationContext
  ) -> [UInt8] {
    func payload(_ response: APIResponse) -> [UInt8] {
      ResponseFilter(request, services.settings).apply(to: response).payload(for: request.shape)
    }
    func payload(_ problem: Problem) -> [UInt8] {
      payload(problem.response(requestID: context.requestID))
    }
    guard case .whole(let response) = answer else {
      return payload(Problem(.notAcceptable, "This answer can only be streamed."))
    }
    let bytes = payload(response)
    guard bytes.count > Self.maximumBytes else { return bytes }
    return payload(
      Problem(.tooLarge, "The answer is over 6 MiB.", hint: "Ask for fewer rows."))
  }

  private mutating func reply(to request: APIRequest, _ context: InvocationContext) -> APIAnswer {
    do {
      return try route(request, context)
    } catch {
      return .whole(problem(of: error, context).response(requestID: context.requestID))
    }
  }

  /// The problem that reports an error; the log has what the caller must not see.
  private func problem(of error: any Error, _ context: InvocationContext) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let fault as RequestFault: return Problem(.badRequest, fault.message)
    case let error as PostgresError:
      let problem = Problem(error)
      if problem.code.status >= 500 {
        context.log.error("The database failed a call", ["error": .string("\(error)")])
      }
      return problem
    case let error as AWSError:
      context.log.error("AWS failed a call", ["error": .string("\(error)")])
      return Problem(error)
    case let fault as DataPackageFault:
      context.log.error(
        "A table does not follow the Data Package", ["error": .string(fault.message)])
      return Problem(.tableMismatch, "The log of this request tells which, and what to do.")
    default:
      context.log.error("A call failed", ["error": .string("\(error)")])
      return Problem(.databaseRefused, "The log of this request has the reason.")
    }
  }

  private mutating func route(
    _ request: APIRequest, _ context: InvocationContext
  ) throws -> APIAnswer {
    let path = try request.path
    if request.method == "OPTIONS", let methods = routes.methods(path) {
      return .whole(APIResponse(status: 204, headers: [("allow", methods)]))
    }
    let (route, values) = try routes.find(request.method, path)
    services.begin(try Authorization(request, route, services.settings))
    // A read checks the session in its own round trip.
    if route.method != "GET" { try services.authorize(context) }
    do {
      let call = APICall(
        request: request, route: route, arguments: try Arguments(request, route, path: values),
        context: context)
      let answer = try route.answer(call, &services)
      // Also where a route came to its answer without asking the database.
      if case .whole = answer { try services.authorize(context) }
      return answer
    } catch let error where !(error is PostgresError) {
      // It may have failed before that: callers who are not allowed learn only that they are not.
      try services.authorize(context)
      throw error
    }
  }

  /// Every route with the role that it requires, if any.
  package static var roles: [(method: String, path: String, role: String?)] {
    RouteTable.all.routes.map { ($0.method, $0.path.text, $0.role?.rawValue) }
  }

  /// The largest payload that the Runtime API accepts; it includes the escaping of the body.
  static let maximumBytes = 6 << 20
}

/// The event of the handler `api`: an HTTP call from a front door, or a change of users.
public enum APIEvent: Decodable {
  /// An HTTP call.
  case call(APIRequest)
  /// A change of users, by a direct invocation.
  case users(UserChange)

  /// Tells the two apart: every front door writes a `requestContext`, and no member `users`.
  public init(from decoder: any Decoder) throws {
    if let event = try? decoder.container(keyedBy: UserChange.Keys.self),
      event.contains(.users), !event.contains(.requestContext)
    {
      self = .users(try UserChange(from: decoder))
    } else {
      self = .call(try APIRequest(from: decoder))
    }
  }
}
