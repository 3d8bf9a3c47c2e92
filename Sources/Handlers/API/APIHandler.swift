internal import JSON
internal import LambdaEvents
public import LambdaRuntime
internal import Postgres

/// The handler `api`: HTTP calls through API Gateway or a Function URL, answered from the database.
///
/// PostgreSQL builds the JSON, and its bytes go out as they are.
public struct APIHandler: RawLambdaHandler, ~Copyable {
  /// Who may read.
  private enum Access { case authorized, anyone }

  private let package: DataPackage
  private let access: Access
  private var database: Database

  /// Makes the handler from the process's variables.
  ///
  /// - Throws: An error that names the variable or the place in the Data Package at fault.
  public init(variables: EnvironmentVariables) throws {
    let package = try DataPackage(variables: variables)
    let access: Access
    switch variables["API_ACCESS"] {
    case nil, "private": access = .authorized
    case "open-reads": access = .anyone
    default: throw SettingError(variable: "API_ACCESS", expected: "private or open-reads")
    }
    database = try Database(variables: variables, package: package)
    self.package = package
    self.access = access
  }

  /// Answers one HTTP call; whatever goes wrong becomes a problem document.
  public mutating func handle(
    _ event: Span<UInt8>, context: InvocationContext
  ) throws -> [UInt8] {
    let request: APIRequest
    do {
      request = try JSON.decode(APIRequest.self, from: event)
    } catch {
      throw InvalidEvent("\(error)")
    }
    let response: APIResponse
    do {
      response = try answer(request, context)
    } catch let problem as Problem {
      response = problem.response(requestID: context.requestID)
    } catch let fault as RequestFault {
      response = Problem(.badRequest, fault.message).response(requestID: context.requestID)
    }
    let payload = response.payload(for: request.shape)
    guard payload.count > Self.maximumBytes else { return payload }
    return Self.tooLarge.response(requestID: context.requestID).payload(for: request.shape)
  }

  private mutating func answer(
    _ request: APIRequest, _ context: InvocationContext
  ) throws -> APIResponse {
    let route = try Route.find(request)
    guard route.isOpen || access == .anyone || request.isAuthorized else {
      throw Problem(
        .unauthorized,
        "This route needs a caller whom the gateway authorized, or API_ACCESS=open-reads.",
        headers: [("www-authenticate", "Bearer")])
    }
    let package = package
    do {
      let response = try database.read(context: context) { connection in
        try route.answer(request, package, &connection)
      }
      guard response.body.count <= Self.maximumBytes else { throw Self.tooLarge }
      return response
    } catch let error as PostgresError {
      throw Self.problem(error, context)
    } catch let fault as DataPackageFault {
      context.log.error(
        "A table does not follow the Data Package", ["error": .string(fault.message)])
      throw Problem(.databaseRefused, "The log of this request has the reason.")
    }
  }

  /// What the Runtime API takes as an answer; a body grows by its escaping in there.
  private static let maximumBytes = 6 << 20
  private static let tooLarge = Problem(
    .tooLarge, "The answer is over 6 MiB; ask for fewer rows.")

  private static func problem(_ error: PostgresError, _ context: InvocationContext) -> Problem {
    context.log.error("The database failed a read", ["error": .string("\(error)")])
    if error.isTimeout {
      return Problem(.tooSlow, "The query was stopped when the time of the invocation ran out.")
    }
    if error.sqlState == .tooManyConnections {
      return Problem(
        .tooBusy, "The database has no connection to spare.", headers: [("retry-after", "2")])
    }
    if error.isConnectionLoss || error.code == .setting {
      return Problem(
        .databaseUnavailable, "The database does not answer; try again later.",
        headers: [("retry-after", "5")])
    }
    return Problem(.databaseRefused, "The log of this request has the reason.")
  }
}
