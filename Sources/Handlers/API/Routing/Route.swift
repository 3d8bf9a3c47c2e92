internal import LambdaEvents

/// One operation of the API: its path, who may call it, what it takes, and what answers it.
///
/// The dispatch, the OpenAPI document and the docs page are all made of these.
struct Route: Sendable {
  typealias Answer =
    @Sendable (_ call: APICall, _ services: inout APIServices) throws -> APIAnswer

  let method: String
  let path: PathPattern
  /// Other paths of the same operation, as older systems have them.
  let aliases: [Alias]
  /// The operation's name in generated clients.
  let id: String
  let group: Group
  let summary: String
  let about: String
  /// The least role that may call it; nil for everyone.
  let role: Role?
  /// Whether the caller's session is checked before the route answers; where not, the transaction
  /// that reads checks it, and saves a round trip.
  let isAuthorizedFirst: Bool
  /// What it does with the rows of the table in its path; nil for every other route.
  let rows: Rows?
  /// Whether names of columns may stand in the query too.
  let takesColumns: Bool
  let answer: Answer

  // A call needs these of one route, a start of none: they are made when they are asked for.
  private let makeParameters: @Sendable () -> [Parameter]
  private let makeBody: @Sendable () -> RequestBody?
  private let makeSuccess: @Sendable () -> Success
  private let makeProblems: @Sendable () -> [Problem.Code]

  var parameters: [Parameter] { makeParameters() }
  var body: RequestBody? { makeBody() }
  var success: Success { makeSuccess() }
  /// What may go wrong beyond what may with every route.
  var problems: [Problem.Code] { makeProblems() }

  init(
    method: String, path: PathPattern, aliases: [Alias] = [], id: String, group: Group,
    summary: String, about: String = "", role: Role?,
    isAuthorizedFirst: Bool? = nil,
    parameters: @autoclosure @escaping @Sendable () -> [Parameter] = [],
    rows: Rows? = nil, takesColumns: Bool = false,
    body: @autoclosure @escaping @Sendable () -> RequestBody? = nil,
    success: @autoclosure @escaping @Sendable () -> Success,
    problems: @autoclosure @escaping @Sendable () -> [Problem.Code] = [],
    answer: @escaping Answer
  ) {
    (self.method, self.path, self.aliases) = (method, path, aliases)
    (self.id, self.group, self.summary, self.about) = (id, group, summary, about)
    (self.role, self.rows, self.takesColumns) = (role, rows, takesColumns)
    self.isAuthorizedFirst = isAuthorizedFirst ?? (method != "GET")
    (makeParameters, makeBody, makeSuccess, makeProblems) = (parameters, body, success, problems)
    self.answer = answer
  }

  /// Another path of a route, and what it says that the route's own path has places for.
  struct Alias: Sendable, ExpressibleByStringLiteral {
    let path: PathPattern
    var values: [String: String] = [:]

    init(stringLiteral text: String) { path = PathPattern(text) }
    init(_ path: PathPattern, _ values: [String: String]) {
      (self.path, self.values) = (path, values)
    }
  }

  /// The chapters of the documentation, in order.
  enum Group: String, CaseIterable, Sendable {
    case reads = "Read"
    case metrics = "Metrics"
    case writes = "Write"
    case loads = "Loads"
    case postings = "Postings"
    case backups = "Backups"
    case accounts = "Accounts"
    case service = "Service"
  }

  /// What is done with rows, whose shape each table has of its own.
  enum Rows: Sendable { case read, insert }

  /// What a route takes as body.
  struct RequestBody: Sendable {
    /// The media types with the schema of each.
    let content: [(type: String, schema: Schema)]
    var isRequired = true

    static func json(_ schema: Schema, isRequired: Bool = true) -> RequestBody {
      RequestBody(content: [("application/json", schema)], isRequired: isRequired)
    }
  }

  /// What a route answers when all is well.
  struct Success: Sendable {
    var status = 200
    let about: String
    /// The media types with the schema of each; none when there is no body.
    var content: [(type: String, schema: Schema)] = []
    var headers: [(name: String, about: String)] = []

    static func json(_ schema: Schema, status: Int = 200, _ about: String) -> Success {
      Success(status: status, about: about, content: [("application/json", schema)])
    }
  }
}
