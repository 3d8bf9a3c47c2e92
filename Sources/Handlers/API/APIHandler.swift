internal import AWS
internal import Datasets
internal import JSON
public import LambdaEvents
public import LambdaRuntime
internal import Postgres

/// The handler `api`: HTTP calls through API Gateway or a Function URL, answered from the database.
///
/// PostgreSQL builds the JSON, and its bytes go out as they are. A Function URL may get its answer
/// as a stream; the others get it whole.
public struct APIHandler: StreamingLambdaHandler, ~Copyable {
  private let routes = RouteTable.all
  private var services: APIServices

  /// Makes the handler from the process's variables.
  ///
  /// - Throws: An error that names the variable or the place in the Data Package at fault.
  public init(variables: EnvironmentVariables) throws {
    services = try APIServices(variables: variables)
  }

  /// Answers one HTTP call, whatever goes wrong by a problem document, or makes a change of users.
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
    switch reply(to: request, context) {
    case .whole(let answer):
      try send(answer, request, context, &response)
    case .stream(let head, let body):
      let finished = ResponseFilter(request, services.settings).addHeaders(to: head)
      try response.setHTTP(status: finished.status, headers: finished.headers)
      do {
        try body(&services, &response)
      } catch {
        guard !response.isBegun else { throw error }
        let problem = problem(of: error, context).response(requestID: context.requestID)
        try send(problem, request, context, &response)
      }
    }
  }

  /// Sends a whole answer in the form that its front door takes.
  private func send(
    _ answer: APIResponse, _ request: APIRequest, _ context: InvocationContext,
    _ response: inout ResponseStream
  ) throws {
    let finished = ResponseFilter(request, services.settings).apply(to: answer)
    guard request.shape == .functionURL, services.settings.functionURLStreams else {
      return try response.answer(payload(of: finished, request, context))
    }
    try response.setHTTP(status: finished.status, headers: finished.headers)
    try response.write(finished.body)
  }

  /// Answers one HTTP call with what goes back to its front door, for callers without a stream.
  package mutating func answer(_ request: APIRequest, context: InvocationContext) -> [UInt8] {
    guard case .whole(let answer) = reply(to: request, context) else {
      let problem = Problem(.notAcceptable, "This answer can only be streamed.")
        .response(requestID: context.requestID)
      return payload(
        of: ResponseFilter(request, services.settings).apply(to: problem), request, context)
    }
    return payload(
      of: ResponseFilter(request, services.settings).apply(to: answer), request, context)
  }

  private func payload(
    of answer: APIResponse, _ request: APIRequest, _ context: InvocationContext
  ) -> [UInt8] {
    let payload = answer.payload(for: request.shape)
    guard payload.count > Self.maximumBytes else { return payload }
    let problem = Problem(.tooLarge, "The answer is over 6 MiB.", hint: "Ask for fewer rows.")
      .response(requestID: context.requestID)
    return ResponseFilter(request, services.settings).apply(to: problem).payload(for: request.shape)
  }

  private mutating func reply(to request: APIRequest, _ context: InvocationContext) -> APIAnswer {
    do {
      return try route(request, context)
    } catch {
      return .whole(problem(of: error, context).response(requestID: context.requestID))
    }
  }

  /// What an error is told as; the log has what the caller is not to know.
  private func problem(of error: any Error, _ context: InvocationContext) -> Problem {
    let unknown = Problem(.databaseRefused, "The log of this request has the reason.")
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
      return unknown
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
    let authorization = try Authorization(request, route, services.settings)
    if route.isAuthorizedFirst {
      try services.authorize(authorization, context)
      return try answer(request, route, values, authorization, context)
    }
    do {
      return try answer(request, route, values, authorization, context)
    } catch let error where !(error is PostgresError) {
      // A read checks the session in its own round trip, which this one did not come to: callers who
      // are not allowed learn that alone, and nothing of what the call asked for.
      try services.authorize(authorization, context)
      throw error
    }
  }

  private mutating func answer(
    _ request: APIRequest, _ route: Route, _ values: [String: String],
    _ authorization: Authorization,
    _ context: InvocationContext
  ) throws -> APIAnswer {
    let call = APICall(
      request: request, route: route,
      arguments: try Arguments(request, route, path: values), authorization: authorization,
      context: context)
    return try route.answer(call, &services)
  }

  /// Every route, and the role it wants, if any: nobody adds one without saying who may call it.
  package static var roles: [(method: String, path: String, role: String?)] {
    RouteTable.all.routes.map { ($0.method, $0.path.text, $0.role?.rawValue) }
  }

  /// What the Runtime API takes as an answer; a body grows by its escaping in there.
  static let maximumBytes = 6 << 20
}

/// What the handler `api` is invoked with: an HTTP call from a front door, or a change of users.
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
