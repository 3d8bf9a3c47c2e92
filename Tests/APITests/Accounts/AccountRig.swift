import API
import JSON
import LambdaEvents
import LambdaRuntime
import TestSupport
import Testing

/// The API with users, on a database of its own.
struct AccountRig: ~Copyable {
  let database: ScratchDatabase
  let variables: EnvironmentVariables
  let log = LogCapture(["AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "TRACE"])
  private var handler: APIHandler
  private var users: UserAdministration

  static let password = "correct horse battery"

  init(_ more: [String: String] = [:]) throws {
    let database = try ScratchDatabase()
    var values = ["DATABASE_URL": database.url]
    values["SLUICE_DATAPACKAGE"] = Checkout.dataPackage
    let variables = EnvironmentVariables(values.merging(more) { _, new in new })
    try self.init(
      database, variables, APIHandler(variables: variables),
      UserAdministration(variables: variables))
  }

  private init(
    _ database: ScratchDatabase, _ variables: EnvironmentVariables,
    _ handler: consuming APIHandler, _ users: consuming UserAdministration
  ) {
    self.database = database
    self.variables = variables
    self.handler = handler
    self.users = users
  }

  struct Answer {
    let status: Int
    let headers: JSONValue
    let text: String

    var json: JSONValue { (try? JSON.decode(JSONValue.self, from: Array(text.utf8))) ?? .null }
    var code: String { json["code"]?.string ?? "" }
    var retryAfter: Int { headers["retry-after"]?.string.flatMap { Int($0) } ?? 0 }
  }

  mutating func call(
    _ method: String, _ path: String, query: String = "", body: String? = nil,
    token: String? = nil, from sourceIP: String = "192.0.2.1", authorizer: String = ""
  ) throws -> Answer {
    let event = try Self.event(
      method, path, query: query, body: body, token: token, from: sourceIP,
      authorizer: authorizer)
    return try Self.send(event, to: &handler, log.log)
  }

  static func event(
    _ method: String, _ path: String, query: String = "", body: String? = nil,
    type: String = "application/json", token: String? = nil, from sourceIP: String = "192.0.2.1",
    authorizer: String = ""
  ) throws -> String {
    let content = try body.map { text in
      #","body":\#(String(decoding: try JSON.encode(text), as: UTF8.self))"#
    }
    let bearer = token.map { #","authorization":"Bearer \#($0)""# } ?? ""
    return """
      {"version":"2.0","routeKey":"$default","rawPath":"\(path)","rawQueryString":"\(query)",
      "headers":{"content-type":"\(type)"\(bearer)},"requestContext":{"http":
      {"method":"\(method)","path":"\(path)","sourceIp":"\(sourceIP)"},"stage":"$default",
      "requestId":"r"\(authorizer)}\(content ?? ""),"isBase64Encoded":false}
      """
  }

  static func send(
    _ event: String, to handler: inout APIHandler, _ log: Log = .process
  ) throws -> Answer {
    let request = try JSON.decode(APIRequest.self, from: Array(event.utf8))
    let context = InvocationContext(requestID: "r", deadline: .after(.seconds(20)), log: log)
    let envelope = try JSON.decode(
      JSONValue.self, from: handler.answer(request, context: context))
    guard case .integer(let status)? = envelope["statusCode"] else {
      return Answer(status: 0, headers: .null, text: "")
    }
    return Answer(
      status: Int(status), headers: envelope["headers"] ?? .null,
      text: envelope["body"]?.string ?? "")
  }

  static func credentials(_ name: String, _ password: String = password) -> String {
    #"{"name":"\#(name)","password":"\#(password)"}"#
  }

  /// Adds a user, as an administrator does.
  mutating func add(_ name: String, role: String = "reader") throws {
    try users.add(name, role: role, password: Self.password)
  }

  /// Lends what an administrator has.
  mutating func administer(_ body: (inout UserAdministration) throws -> Void) throws {
    try body(&users)
  }

  mutating func login(
    _ name: String, _ password: String = AccountRig.password, from sourceIP: String = "192.0.2.1"
  ) throws -> Answer {
    try call(
      "POST", "/login", body: Self.credentials(name, password), from: sourceIP)
  }

  /// Logs in and gives the token.
  mutating func token(of name: String) throws -> String {
    let answer = try login(name)
    return try #require(answer.json["token"]?.string, "\(answer.text)")
  }
}
