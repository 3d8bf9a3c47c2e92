internal import LambdaEvents

/// One operation of the API: its path, who can call it, what it accepts, and what answers it.
///
/// The dispatch, the OpenAPI document and the docs page are built from these.
struct Route: Sendable {
  typealias Answer =
    @Sendable (_ call: APICall, _ services: inout APIServices) throws -> APIAnswer

  let method: String
  let path: PathPattern
  /// Other paths of the same operation, from older systems.
  let aliases: [Alias]
  /// The operation's name in generated clients.
  let id: String
  let group: Group
  let summary: String
  let about: String
  /// The lowest role that can call it; nil for everyone.
  let role: Role?
  /// What it does with the rows of the table in its path; nil for every other route.
  let rows: Rows?
  /// Whether the query can name columns too.
  let takesColumns: Bool
  let answer: Answer

  // A call needs these of one route, a cold start of none: so each is made when asked for.
  let parameters: @Sendable () -> [Parameter]
  let body: @Sendable () -> RequestBody?
  let success: @Sendable () -> Success
  /// The problems beyond those that every route can have.
  let problems: @Sendable () -> [Problem.Code]

  init(
    method: String, path: PathPattern, aliases: [Alias] = [], id: String, group: Group,
    summary: String, about: String = "", role: Role?,
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
    (self.parameters, self.body, self.success) = (parameters, body, success)
    self.problems = problems
    self.answer = answer
  }

  /// Another path of a route, with values for the placeholders of the route's own path.
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

  /// What is done with rows, whose shape differs by table.
  enum Rows: Sendable { case read, insert }

  /// The body that a route accepts.
  struct RequestBody: Sendable {
    /// The media types with the schema of each.
    let content: [(type: String, schema: Schema)]
    var isRequired = true

    static func json(_ schema: Schema, isRequired: Bool = true) -> RequestBody {
      RequestBody(content: [("application/json", schema)], isRequired: isRequired)
    }
  }

  /// The response of a route that succeeds.
  struct Success: Sendable {
    var status = 200
    let about: String
    /// The media types with the schema of each; empty when there is no body.
    var content: [(type: String, schema: Schema)] = []
    var headers: [(name: String, about: String)] = []

    static func json(_ schema: Schema, status: Int = 200, _ about: String) -> Success {
      Success(status: status, about: about, content: [("application/json", schema)])
    }
  }
}
