internal import JSON
internal import LambdaEvents
internal import Passwords

/// `POST /register`, `/login` and `/logout`.
enum Accounts {
  private static let body = Route.RequestBody(
    content: [("application/json", NameAndPassword.schema)])

  static let routes = [
    Route(
      method: "POST", path: "/register", id: "register", group: .accounts,
      summary: "Makes a user who may read",
      about: "Closed unless `API_REGISTRATION` is `open`.",
      role: nil, body: body,
      success: .json(
        .object([.required("name", Account.nameSchema), .required("role", Account.roleSchema)]),
        status: 201, "The user, who can log in now."),
      problems: [.forbidden, .conflict, .tooManyAttempts], answer: register),
    Route(
      method: "POST", path: "/login", id: "login", group: .accounts, summary: "Begins a session",
      about: """
        Send the token with other calls as `Authorization: Bearer TOKEN`. Attempts are limited for \
        each name and for each address; who has used them up is told by `Retry-After` when to try \
        again.
        """,
      role: nil, body: body,
      success: .json(
        .object([
          .required("token", .string()), .required("name", Account.nameSchema),
          .required("role", Account.roleSchema),
          .required("expires_at", .string(format: "date-time")),
        ]), "The token, and until when it counts."),
      problems: [.unauthorized, .tooManyAttempts], answer: login),
    Route(
      method: "POST", path: "/logout", id: "logout", group: .accounts, summary: "Ends the session",
      about: "The session of the token that the call brings; the token counts no longer.",
      role: nil, success: Route.Success(status: 204, about: "The session is over."),
      problems: [.unauthorized], answer: logout),
  ]

  @Sendable private static func register(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    guard services.settings.registrationIsOpen else {
      throw Problem(.forbidden, "Registration is closed; an administrator adds users.")
    }
    let user = try NameAndPassword(call)
    let source = SourceNetwork.text(of: call.request)
    try services.write(call) { connection in
      try AttemptLimit.take([.source(source)], &connection)
      try AttemptLimit.sweep(&connection)
    }
    let hash = try PasswordHash(of: user.password)
    let isNew = try services.write(call) { connection in
      try Users.add(user.name, role: .reader, hash, &connection)
    }
    guard isNew else { throw Problem(.conflict, "The name is taken.") }
    var json = JSONWriter()
    json.beginObject()
    json.member("name", user.name)
    json.member("role", Role.reader.rawValue)
    json.endObject()
    return .json(json.bytes, status: 201)
  }

  @Sendable private static func login(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let login = try Login(call)
    let session = try login.run(call, &services)
    var json = JSONWriter()
    json.beginObject()
    json.member("token", session.token)
    json.member("name", login.name)
    json.member("role", session.role)
    json.member("expires_at", session.expiresAt)
    json.endObject()
    return .json(json.bytes, headers: [("cache-control", "no-store")])
  }

  @Sendable private static func logout(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    guard let token = Authorization.bearerToken(call.request) else {
      throw Problem(
        .unauthorized, "There is no token whose session could end.",
        headers: [("www-authenticate", "Bearer")])
    }
    let wasOpen = try services.write(call) { connection in try Sessions.end(token, &connection) }
    guard wasOpen else { throw Problem.unknownToken }
    return .nothing
  }
}
